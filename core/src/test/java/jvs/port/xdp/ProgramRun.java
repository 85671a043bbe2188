package jvs.port.xdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jvs.linux.Errno;
import jvs.linux.LinuxException;
import jvs.linux.NativeFunction;

/** Runs a loaded program on a frame in the kernel: BPF_PROG_TEST_RUN of bpf(2). */
final class ProgramRun {
  private static final int COMMAND = 10;

  private ProgramRun() {}

  /** What it returns: XDP_ABORTED 0, XDP_PASS 2, XDP_REDIRECT 4. */
  static int result(int program, byte[] frame) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(128, 8);
      MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 0, program);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 2, frame.length);
      attributes.setAtIndex(ValueLayout.JAVA_LONG, 2, data.address());
      int number = System.getProperty("os.arch").equals("aarch64") ? 280 : 321;
      LinuxException.check(
          "BPF_PROG_TEST_RUN",
          NativeFunction.of("syscall")
              .call(new Errno(), number, COMMAND, attributes.address(), 80, 0, 0, 0));
      return attributes.getAtIndex(ValueLayout.JAVA_INT, 1);
    }
  }
}
