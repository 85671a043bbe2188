package jvs.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Bytes that both ends can make: no two blocks are alike, so that what is lost, doubled or swapped
 * on the way shows in the digest.
 */
final class Payload {
  private static final int BLOCK_BYTES = 64 * 1024;

  private Payload() {}

  /** Writes so many bytes; the same seed gives the same bytes. */
  static void write(OutputStream out, long sizeBytes, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] block = new byte[BLOCK_BYTES];
    for (long left = sizeBytes; left > 0; left -= BLOCK_BYTES) {
      random.nextBytes(block);
      out.write(block, 0, (int) Math.min(left, BLOCK_BYTES));
    }
  }

  /** The SHA-256 of what {@link #write} writes. */
  static String sha256(long sizeBytes, long seed) throws IOException {
    MessageDigest digest = sha256();
    try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      write(out, sizeBytes, seed);
    }
    return hex(digest);
  }

  /** The SHA-256 of a file. */
  static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hex(digest);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
