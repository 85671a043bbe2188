package jvs.port;

/** Runs a classic BPF program on octets, as net/core/filter.c would; as much as ours use. */
final class BpfInterpreter {
  private static final int NET_OFFSET = -0x10_0000;
  private static final int ABOUT = -0x1000;

  private final byte[] frame;
  private final int dataStart;
  private final int packetType;
  private int steps;

  /** Offsets of the program count from {@code dataStart}: 0 for filters, 14 for fanout. */
  BpfInterpreter(byte[] frame, int dataStart, int packetType) {
    this.frame = frame;
    this.dataStart = dataStart;
    this.packetType = packetType;
  }

  /** Instructions that the last run took. */
  int steps() {
    return steps;
  }

  /** What the program returns; 0 if it reads outside the frame. */
  int run(BpfProgram program) {
    int a = 0;
    int x = 0;
    int[] memory = new int[16];
    steps = 0;
    for (int pc = 0; ; pc++) {
      steps++;
      long instruction = program.get(pc);
      int code = (int) (instruction >>> 48);
      int ifTrue = (int) (instruction >>> 40) & 0xff;
      int ifFalse = (int) (instruction >>> 32) & 0xff;
      int k = (int) instruction;
      try {
        switch (code) {
          case 0x20 -> a = load(k, 4);
          case 0x28 -> a = load(k, 2);
          case 0x30 -> a = load(k, 1);
          case 0x48 -> a = load(x + k, 2);
          case 0x50 -> a = load(x + k, 1);
          case 0x00 -> a = k;
          case 0xb1 -> x = (load(k, 1) & 0xf) * 4;
          case 0x61 -> x = memory[k];
          case 0x03 -> memory[k] = x;
          case 0x54 -> a &= k;
          case 0x64 -> a <<= k;
          case 0x74 -> a >>>= k;
          case 0x24 -> a *= k;
          case 0xa4 -> a ^= k;
          case 0xac -> a ^= x;
          case 0x07 -> x = a;
          case 0x05 -> pc += k;
          case 0x15 -> pc += a == k ? ifTrue : ifFalse;
          case 0x25 -> pc += Integer.compareUnsigned(a, k) > 0 ? ifTrue : ifFalse;
          case 0x45 -> pc += (a & k) != 0 ? ifTrue : ifFalse;
          case 0x06 -> {
            return k;
          }
          case 0x16 -> {
            return a;
          }
          default -> throw new AssertionError("code " + code + " at " + pc);
        }
      } catch (ArrayIndexOutOfBoundsException e) {
        return 0;
      }
    }
  }

  private int load(int offset, int bytes) {
    if (offset == ABOUT) {
      return word(12, 2);
    }
    if (offset == ABOUT + 4) {
      return packetType;
    }
    // Every program of ours stays within 64 KiB of these origins.
    return word(offset < ABOUT ? offset - NET_OFFSET + 14 : offset + dataStart, bytes);
  }

  private int word(int offset, int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | (frame[offset + i] & 0xff);
    }
    return value;
  }
}
