package jvs.director.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import jvs.director.control.MemoryControl;
import org.junit.jupiter.params.provider.MethodSource;

/** Any octets as a system call of a program: no call at all, refused without a trace, or done. */
class KernelCallFuzz {
  static Stream<byte[]> calls() {
    Stream<KernelCall> files =
        Stream.of(
            KernelCall.file(KernelCall.Kind.LOOK, true, "/proc/net/ip_vs"),
            KernelCall.file(KernelCall.Kind.READ, true, "/proc/sys/net/ipv4/vs/drop_entry"),
            KernelCall.file(KernelCall.Kind.WRITE, true, "/proc/sys/net/ipv4/vs/drop_entry=3"));
    return Stream.concat(MutationTest.validCalls().stream(), files).map(KernelCall::encode);
  }

  @MethodSource("calls")
  @FuzzTest
  void isDoneOrLeavesNoTrace(byte[] octets) {
    MemoryControl control = new MemoryControl();
    KernelInterface kernel = new KernelInterface(control);
    // So that there is something to edit, delete and list.
    MutationTest.validCalls().stream().limit(40).forEach(kernel::call);
    String before = MutationTest.table(control);
    KernelCall call;
    KernelAnswer answer;
    try {
      call = KernelCall.decode(octets);
      answer = KernelAnswer.decode(kernel.call(octets));
    } catch (IllegalArgumentException noCallAtAll) {
      assertEquals(before, MutationTest.table(control));
      return;
    }

    int errno = MutationTest.errno(call, answer);
    assertNotEquals(MutationTest.EIO, errno);
    if (errno > 0) {
      assertEquals(before, MutationTest.table(control));
    }
    if (call.kind() == KernelCall.Kind.NETLINK) {
      assertEquals(
          answer.data().length, Datagrams.of(answer.data()).stream().mapToInt(d -> d.length).sum());
    }
  }
}
