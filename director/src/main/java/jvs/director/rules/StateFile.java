package jvs.director.rules;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A text that survives crashes: whenever the machine stops, the file holds the old text or the new
 * one. One thread.
 */
public final class StateFile {
  private static final String HEAD = "# Written by jvs director at each change; do not edit.\n";
  private static final String END = "# end\n";

  private final Path path;
  private final Path unfinished;
  private String written = "";
  private boolean isCut;

  /** A file at {@code path}, which need not be there yet. */
  public StateFile(Path path) {
    Path absolute = path.toAbsolutePath();
    this.path = absolute;
    unfinished = absolute.resolveSibling(absolute.getFileName() + ".new");
  }

  /** The text, empty if there is no file; what is no UTF-8 in it, by other characters. */
  public String read() throws IOException {
    try {
      written = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
      boolean isOurs = written.startsWith(HEAD) || HEAD.startsWith(written);
      isCut = isOurs && !written.endsWith(END);
    } catch (NoSuchFileException none) {
      written = "";
      isCut = false;
    }
    return written;
  }

  /** Whether what was read is the beginning of what we wrote, but not all of it. */
  public boolean isCut() {
    return isCut;
  }

  /** Throws unless the file can be written. */
  public void check() throws IOException {
    if (!Files.isWritable(path.resolveSibling("."))) {
      throw new IOException(path + ": nothing can be written there");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException(path + ": is no file");
    }
  }

  /** Keeps a copy of what is there under another name. */
  public Path keepCopy() throws IOException {
    Path copy = path.resolveSibling(path.getFileName() + ".refused");
    return Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Replaces the text, on the disk when this returns; does nothing if it is there already. */
  public void write(String text) throws IOException {
    String whole = HEAD + text + END;
    if (whole.equals(written)) {
      return;
    }
    try (FileChannel file =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer octets = StandardCharsets.UTF_8.encode(whole);
      while (octets.hasRemaining()) {
        file.write(octets);
      }
      file.force(true);
    }
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    // The new name is in the directory only when that is on the disk.
    try (FileChannel directory = FileChannel.open(path.resolveSibling("."))) {
      directory.force(true);
    }
    written = whole;
  }
}
