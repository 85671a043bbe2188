package jvs.director.dropin;

import static jvs.director.dropin.Requests.key;
import static jvs.director.dropin.Requests.server;
import static jvs.director.dropin.Requests.serverKey;
import static jvs.director.dropin.Requests.serverSettings;
import static jvs.director.dropin.Requests.service;
import static jvs.director.dropin.Requests.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jvs.director.control.MemoryControl;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import org.junit.jupiter.api.Test;

/** Valid calls with some bytes changed: nothing is thrown, and what is refused changes nothing. */
final class MutationTest {
  private static final int CALLS = 200_000;
  private static final long SEED = Long.getLong("jvs.seed", 20261121);
  private static final int MOST_SERVICES = 64;

  /** An errno that says a bug was caught. */
  static final int EIO = 5;

  private final Random random = new Random(SEED);
  private final MemoryControl control = new MemoryControl();
  private final KernelInterface kernel = new KernelInterface(control);

  static List<KernelCall> validCalls() {
    List<byte[]> keys =
        List.of(
            key(ServiceKey.TCP, "10.0.0.8", 80),
            key(ServiceKey.UDP, "fd00::8", 53),
            Requests.join(
                Requests.u16(IpvsAttributes.SVC_AF, 2),
                Requests.u32(IpvsAttributes.SVC_FWMARK, 3)));
    List<KernelCall> calls = new ArrayList<>();
    for (byte[] key : keys) {
      byte[] settings =
          Requests.join(
              settings("wlc", 1, -1, 300, 128), Requests.text(IpvsAttributes.SVC_PE_NAME, "sip"));
      byte[] server =
          server(
              serverKey("10.0.0.9", 80),
              serverSettings(2, 1, 9, 8),
              Requests.u8(IpvsAttributes.DEST_TUN_TYPE, 1),
              Requests.port(IpvsAttributes.DEST_TUN_PORT, 6080));
      for (int command = 0; command <= 18; command++) {
        byte[] daemon =
            Requests.attribute(
                IpvsAttributes.DAEMON,
                Requests.u32(1, 1),
                Requests.text(2, "eth0"),
                Requests.u32(3, 7));
        int flags = command % 2 == 0 ? Requests.REQUEST_DUMP : Requests.REQUEST_ACK;
        calls.add(netlink(Requests.message(command, 5, service(key, settings), server, daemon)));
        calls.add(netlink(Requests.message(command, flags, service(key), server)));
      }
    }
    for (int option = SockOptions.FIRST; option <= SockOptions.LAST_SET; option++) {
      byte[] both = SockOptionsTest.bytes(SockOptionsTest.WEB + SockOptionsTest.SERVER);
      for (int length : new int[] {0, 12, 24, 44, 68}) {
        byte[] value = Arrays.copyOf(both, length);
        calls.add(new KernelCall(KernelCall.Kind.SET, true, false, option, length, value));
      }
      byte[] room = Arrays.copyOf(both, 104);
      calls.add(new KernelCall(KernelCall.Kind.GET, true, false, option, 104, room));
    }
    return calls;
  }

  private static KernelCall netlink(byte[] message) {
    return new KernelCall(KernelCall.Kind.NETLINK, true, false, Requests.PORT, 0, message);
  }

  private KernelCall mutate(KernelCall call) {
    byte[] data = call.data().clone();
    if (random.nextInt(4) == 0 && data.length > 20) {
      data = Arrays.copyOf(data, 20 + random.nextInt(data.length - 20));
    }
    for (int i = random.nextInt(4); i > 0 && data.length > 0; i--) {
      int at = random.nextInt(data.length);
      data[at] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : data[at] ^ 1 << random.nextInt(8));
    }
    boolean isNetlink = call.kind() == KernelCall.Kind.NETLINK;
    if (isNetlink) {
      // Who splits datagrams makes sure of the length.
      ByteBuffer.wrap(data).order(ByteOrder.nativeOrder()).putInt(0, data.length);
    }
    int length = random.nextInt(8) == 0 ? random.nextInt() : call.length();
    return new KernelCall(
        call.kind(), random.nextInt(16) != 0, random.nextBoolean(), call.number(), length, data);
  }

  /** All that a call might have changed. */
  static String table(MemoryControl control) {
    StringBuilder text = new StringBuilder();
    for (ServiceEntry entry : control.services()) {
      text.append(entry).append(control.servers(entry.key()));
    }
    return text.append(control.daemons()).append(control.timeouts()).toString();
  }

  @Test
  void whatIsRefusedChangesNothingAndNothingIsThrown() {
    List<KernelCall> valid = validCalls();
    int refused = 0;
    int done = 0;
    String before = table(control);
    for (int i = 0; i < CALLS; i++) {
      KernelCall call = mutate(valid.get(random.nextInt(valid.size())));

      KernelAnswer answer = kernel.call(call);

      int errno = errno(call, answer);
      assertTrue(errno != EIO, () -> "seed " + SEED + ": " + call);
      if (errno > 0) {
        assertEquals(before, table(control), "seed " + SEED + ", call " + i);
        refused++;
      } else {
        before = table(control);
        done++;
      }
      if (control.services().size() > MOST_SERVICES) {
        control.flush();
        before = table(control);
      }
    }

    assertTrue(refused > CALLS / 10 && done > CALLS / 10, refused + " refused, " + done + " done");
  }

  /** The errno of an answer, 0 or less if the call was done. */
  static int errno(KernelCall call, KernelAnswer answer) {
    return call.kind() == KernelCall.Kind.NETLINK ? Requests.errno(answer.data()) : answer.errno();
  }
}
