package jvs.director.conformance;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HexFormat;
import jvs.wire.DropReason;
import jvs.wire.Memory;
import jvs.wire.Packet;

/** A complete Ethernet frame without FCS. Immutable, any thread. */
final class Frame {
  private static final int MIN_LENGTH = 14;

  private final byte[] octets;

  private Frame(byte[] octets) {
    this.octets = octets;
  }

  /** A frame of these octets. */
  static Frame of(byte[] octets) {
    return new Frame(octets.clone());
  }

  /** A frame in hexadecimal, as recordings hold it. */
  static Frame parse(String hex) throws MalformedException {
    byte[] octets;
    try {
      octets = HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("no hexadecimal frame (" + e.getMessage() + ")");
    }
    if (octets.length < MIN_LENGTH) {
      throw new MalformedException(
          "frame of " + octets.length + " bytes, expected " + MIN_LENGTH + " or more");
    }
    return new Frame(octets);
  }

  byte[] octets() {
    return octets.clone();
  }

  int length() {
    return octets.length;
  }

  /** Octet {@code i}, unsigned. */
  int u8(int i) {
    return octets[i] & 0xff;
  }

  /** Octets {@code i} and {@code i + 1} in network order. */
  int u16(int i) {
    return u8(i) << 8 | u8(i + 1);
  }

  String hex(int from, int to) {
    return HexFormat.of().formatHex(octets, from, to);
  }

  /** Every bit of it by name. */
  FrameFields fields() {
    return new FrameFields(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Frame frame && Arrays.equals(octets, frame.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /** As tcpdump would print it, and its length. */
  @Override
  public String toString() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(octets.length + 64L, 8).address();
      Memory.copy(octets, 0, address, octets.length);
      Packet packet = new Packet();
      DropReason reason = DropReason.of(packet.dissect(address, octets.length, 0));
      String text =
          reason == null ? packet.toString().strip() : "(" + reason.label() + ") " + hex(0, 14);
      return text + ", frame of " + octets.length + " bytes";
    }
  }
}
