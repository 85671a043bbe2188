package jvs.port;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import jvs.linux.Errno;
import jvs.linux.Libc;

/**
 * A classic BPF program, which the kernel runs on each frame before it is copied (filter) or to
 * choose the socket that gets it (fanout).
 *
 * <p>Immutable, any thread. Instructions as in linux/filter.h, struct sock_filter.
 */
public final class BpfProgram {
  /** BPF_MAXINSNS: the kernel refuses longer programs. */
  public static final int MAX_INSTRUCTIONS = 4096;

  /** Takes no frame at all, for ports that are not to start yet. */
  public static final BpfProgram NOTHING = new BpfProgram(new long[] {instruction(0x06, 0, 0, 0)});

  /** Takes every frame. */
  public static final BpfProgram EVERYTHING =
      new BpfProgram(new long[] {instruction(0x06, 0, 0, -1)});

  private final long[] instructions;

  /** A program of instructions made by {@link #instruction}; 1 to 4096. */
  BpfProgram(long[] instructions) {
    if (instructions.length == 0 || instructions.length > MAX_INSTRUCTIONS) {
      throw new IllegalArgumentException(
          instructions.length + " instructions, expected 1 to " + MAX_INSTRUCTIONS);
    }
    this.instructions = instructions.clone();
  }

  /** Packs one struct sock_filter: code, jump if true, jump if false, operand. */
  static long instruction(int code, int jumpTrue, int jumpFalse, int operand) {
    return (long) code << 48
        | (long) jumpTrue << 40
        | (long) jumpFalse << 32
        | operand & 0xffff_ffffL;
  }

  /** Number of instructions. */
  public int size() {
    return instructions.length;
  }

  /** Instruction {@code i} as {@link #instruction} packs it. */
  long get(int i) {
    return instructions[i];
  }

  /** Hands the program to the kernel through a socket option that takes a struct sock_fprog. */
  int attach(Errno errno, int fd, int level, int option) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate(8L * instructions.length, 8);
      for (int i = 0; i < instructions.length; i++) {
        long packed = instructions[i];
        code.set(ValueLayout.JAVA_SHORT, 8L * i, (short) (packed >>> 48));
        code.set(ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) (packed >>> 40));
        code.set(ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) (packed >>> 32));
        code.set(ValueLayout.JAVA_INT, 8L * i + 4, (int) packed);
      }
      MemorySegment program = arena.allocate(16, 8);
      program.set(ValueLayout.JAVA_SHORT, 0, (short) instructions.length);
      program.set(ValueLayout.ADDRESS, 8, code);
      return Libc.setsockopt(errno, fd, level, option, program.address(), 16);
    }
  }

  /** Same instructions. */
  @Override
  public boolean equals(Object other) {
    return other instanceof BpfProgram that && Arrays.equals(instructions, that.instructions);
  }

  /** Of the instructions. */
  @Override
  public int hashCode() {
    return Arrays.hashCode(instructions);
  }

  /** The text that {@code tcpdump -ddd} prints, on one line. */
  @Override
  public String toString() {
    return LongStream.of(instructions)
        .mapToObj(
            i ->
                (i >>> 48)
                    + " "
                    + (i >>> 40 & 0xff)
                    + " "
                    + (i >>> 32 & 0xff)
                    + " "
                    + (i & 0xffff_ffffL))
        .collect(Collectors.joining(",", instructions.length + ",", ""));
  }
}
