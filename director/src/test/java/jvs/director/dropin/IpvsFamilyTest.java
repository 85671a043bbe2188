package jvs.director.dropin;

import static jvs.director.dropin.Requests.REQUEST_ACK;
import static jvs.director.dropin.Requests.REQUEST_DUMP;
import static jvs.director.dropin.Requests.key;
import static jvs.director.dropin.Requests.message;
import static jvs.director.dropin.Requests.server;
import static jvs.director.dropin.Requests.serverKey;
import static jvs.director.dropin.Requests.serverSettings;
import static jvs.director.dropin.Requests.service;
import static jvs.director.dropin.Requests.settings;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import jvs.director.control.MemoryControl;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Statistics;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** The family "IPVS" by bytes; the expected ones are those of x86-64, little endian. */
final class IpvsFamilyTest {
  private static final int NEW_SERVICE = 1;
  private static final int SET_SERVICE = 2;
  private static final int DEL_SERVICE = 3;
  private static final int GET_SERVICE = 4;
  private static final int NEW_DEST = 5;
  private static final int SET_DEST = 6;
  private static final int DEL_DEST = 7;
  private static final int GET_DEST = 8;
  private static final int NEW_DAEMON = 9;
  private static final int GET_DAEMON = 11;
  private static final int SET_CONFIG = 12;
  private static final int GET_CONFIG = 13;
  private static final int SET_INFO = 14;
  private static final int GET_INFO = 15;
  private static final int ZERO = 16;
  private static final int EINVAL = 22;
  private static final int ERANGE = 34;
  private static final byte[] WEB = key(ServiceKey.TCP, "10.0.0.8", 80);
  private static final ServiceKey WEB_KEY =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse("10.0.0.8"), 80);

  private final MemoryControl control = new MemoryControl();

  private byte[] ask(byte[] message) {
    return ask(message, true);
  }

  private byte[] ask(byte[] message, boolean isAdmin) {
    return new KernelInterface(control)
        .call(new KernelCall(KernelCall.Kind.NETLINK, isAdmin, false, Requests.PORT, 0, message))
        .data();
  }

  private int errno(int command, byte[]... attributes) {
    return Requests.errno(ask(message(command, REQUEST_ACK, attributes)));
  }

  private void addWeb() {
    assertEquals(0, errno(NEW_SERVICE, service(WEB, settings("wlc", 0, -1, 0, -1))));
  }

  @Test
  void acknowledgesWithTheHeaderOnly() {
    byte[] answer =
        ask(message(NEW_SERVICE, REQUEST_ACK, service(WEB, settings("rr", 0, -1, 0, -1))));

    assertEquals(
        "24000000 0200 0001 63000000 67120000 00000000".replace(" ", ""),
        HexFormat.of().formatHex(answer, 0, 20));
    assertEquals(36, answer.length);
    assertEquals("rr", control.service(WEB_KEY).spec().scheduler());
  }

  @Test
  void refusesWithTheWholeMessage() {
    byte[] message = message(DEL_SERVICE, REQUEST_ACK, service(WEB));

    byte[] answer = ask(message);

    assertEquals(3, Requests.errno(answer));
    assertEquals(20 + message.length, answer.length);
    assertArrayEquals(
        message, HexFormat.of().parseHex(HexFormat.of().formatHex(answer).substring(40)));
  }

  @Test
  void saysNothingIfNothingIsAskedFor() {
    assertEquals(
        0, ask(message(NEW_SERVICE, 1, service(WEB, settings("rr", 0, -1, 0, -1)))).length);
  }

  @Test
  void listsAServiceAsTheKernelDoes() {
    addWeb();

    byte[] answer = ask(message(GET_SERVICE, REQUEST_DUMP));

    String expected =
        """
        40010000 ff03 0200 63000000 67120000 01 01 0000
        2c01 0100
        0600 0100 0200 0000
        0600 0200 0600 0000
        1400 0300 0a000008 00000000 00000000 00000000
        0600 0400 0050 0000
        0800 0600 776c6300
        0c00 0700 02000000 ffffffff
        0800 0800 00000000
        0800 0900 ffffffff
        5c00 0a00
        0800 0100 00000000 0800 0200 00000000 0800 0300 00000000
        0c00 0400 0000000000000000 0c00 0500 0000000000000000
        0800 0600 00000000 0800 0700 00000000 0800 0800 00000000
        0800 0900 00000000 0800 0a00 00000000
        7c00 0c00
        0c00 0100 0000000000000000 0c00 0200 0000000000000000 0c00 0300 0000000000000000
        0c00 0400 0000000000000000 0c00 0500 0000000000000000 0c00 0600 0000000000000000
        0c00 0700 0000000000000000 0c00 0800 0000000000000000 0c00 0900 0000000000000000
        0c00 0a00 0000000000000000
        14000000 0300 0200 63000000 67120000 00000000
        """;
    assertEquals(expected.replaceAll("\\s", ""), HexFormat.of().formatHex(answer));
  }

  @Test
  void listsAServerAsTheKernelDoes() {
    addWeb();
    ServerKey key = new ServerKey(IpAddress.parse("10.0.0.9"), 8080);
    control.count(
        WEB_KEY,
        new ServerEntry(
            key,
            new ServerSpec(ServerSpec.TUNNEL, 7, 5, 3, ServerSpec.TUNNEL_GUE, 6080, 1),
            11,
            12,
            13,
            new Statistics(1, 2, 3, 4, 5, 6, 7, 8, 9, 1L << 32 | 10)));

    byte[] answer = ask(message(GET_DEST, REQUEST_DUMP, service(WEB)));

    String expected =
        """
        0600 0b00 0200 0000
        5c00 0a00
        0800 0100 01000000 0800 0200 02000000 0800 0300 03000000
        0c00 0400 0400000000000000 0c00 0500 0500000000000000
        0800 0600 06000000 0800 0700 07000000 0800 0800 08000000
        0800 0900 09000000 0800 0a00 0a000000
        """;
    String hex = HexFormat.of().formatHex(answer);
    String head =
        """
        05 01 0000 5001 0200
        1400 0100 0a000009 00000000 00000000 00000000 0600 0200 1f90 0000
        0800 0300 02000000 0800 0400 07000000
        0500 0d00 01000000 0600 0e00 17c0 0000 0600 0f00 0100 0000
        0800 0500 05000000 0800 0600 03000000
        0800 0700 0b000000 0800 0800 0c000000 0800 0900 0d000000
        """;
    String whole = (head + expected).replaceAll("\\s", "");
    assertEquals(whole, hex.substring(32, 32 + whole.length()));
    assertEquals(2, Requests.messages(answer).size());
  }

  @Test
  void anEmptyListIsItsEndOnly() {
    List<ByteBuffer> answer = Requests.messages(ask(message(GET_DEST, REQUEST_DUMP, service(WEB))));

    assertEquals(1, answer.size());
    assertEquals(NetlinkRequest.NLMSG_DONE, answer.getFirst().getShort(4));
    assertEquals(0, answer.getFirst().getInt(16));
  }

  @Test
  void answersOneServiceWithoutMulti() {
    addWeb();

    List<ByteBuffer> answer =
        Requests.messages(ask(message(GET_SERVICE, REQUEST_ACK, service(WEB))));

    assertEquals(2, answer.size(), "the service, then the acknowledgement");
    assertEquals(0, answer.getFirst().getShort(6));
    assertEquals(NEW_SERVICE, answer.getFirst().get(16));
    assertEquals(0, answer.getLast().getInt(16));
  }

  @Test
  void answersVersionAndTimeouts() {
    byte[] version = ask(message(GET_INFO, 1));
    byte[] timeouts = ask(message(GET_CONFIG, 1));

    assertEquals(
        "0e0100000800010001020100" + "0800020000100000",
        HexFormat.of().formatHex(version, 16, version.length));
    assertEquals(
        "0c010000" + "0800040084030000" + "0800050078000000" + "080006002c010000",
        HexFormat.of().formatHex(timeouts, 16, timeouts.length));
  }

  @Test
  void keepsTheFlagsThatTheMaskLeavesOut() {
    int persistent = ServiceSpec.PERSISTENT;
    assertEquals(0, errno(NEW_SERVICE, service(WEB, settings("rr", persistent, -1, 360, -1))));

    assertEquals(
        0, errno(SET_SERVICE, service(WEB, settings("rr", ServiceSpec.SCHED_1, 8, 360, -1))));

    assertEquals(persistent | ServiceSpec.SCHED_1, control.service(WEB_KEY).spec().flags());
  }

  @Test
  void readsNetmasksOfBothFamilies() {
    byte[] six = key(ServiceKey.UDP, "2001:db8::1", 53);
    int mask = Integer.reverseBytes(0xffffff00);

    assertEquals(0, errno(NEW_SERVICE, service(WEB, settings("rr", 1, -1, 360, mask))));
    assertEquals(0, errno(NEW_SERVICE, service(six, settings("rr", 1, -1, 360, 64))));

    assertEquals(0xffffff00, control.service(WEB_KEY).spec().netmask());
    ServiceKey sixKey = ServiceKey.of(ServiceKey.UDP, IpAddress.parse("2001:db8::1"), 53);
    assertEquals(64, control.service(sixKey).spec().netmask());
  }

  @Test
  void editsServers() {
    addWeb();
    byte[] masq = serverSettings(ServerSpec.MASQ, 1, 0, 0);

    assertEquals(0, errno(NEW_DEST, service(WEB), server(serverKey("10.0.0.9", 80), masq)));
    assertEquals(17, errno(NEW_DEST, service(WEB), server(serverKey("10.0.0.9", 80), masq)));
    assertEquals(
        0,
        errno(
            SET_DEST,
            service(WEB),
            server(serverKey("10.0.0.9", 80), serverSettings(ServerSpec.ROUTE, 5, 0, 0))));
    assertEquals(5, control.servers(WEB_KEY).getFirst().spec().weight());
    assertEquals(0, errno(DEL_DEST, service(WEB), server(serverKey("10.0.0.9", 80))));
    assertEquals(2, errno(DEL_DEST, service(WEB), server(serverKey("10.0.0.9", 80))));
    assertEquals(
        ERANGE,
        errno(
            NEW_DEST,
            service(WEB),
            server(serverKey("10.0.0.9", 80), serverSettings(ServerSpec.MASQ, -1, 0, 0))));
  }

  @Test
  void refusesServersOfAnotherFamilyButThroughTunnels() {
    addWeb();
    byte[] family = Requests.u16(IpvsAttributes.DEST_ADDR_FAMILY, IpAddress.IPV6);
    byte[] key = Requests.join(serverKey("fd00::1", 80), family);

    assertEquals(
        EINVAL,
        errno(NEW_DEST, service(WEB), server(key, serverSettings(ServerSpec.MASQ, 1, 0, 0))));
    assertEquals(
        0, errno(NEW_DEST, service(WEB), server(key, serverSettings(ServerSpec.TUNNEL, 1, 0, 0))));
  }

  @Test
  void refusesWithTheKernelsErrno() {
    addWeb();

    assertEquals(EINVAL, errno(NEW_SERVICE), "no service");
    assertEquals(EINVAL, errno(NEW_SERVICE, service(WEB)), "no settings");
    assertEquals(EINVAL, errno(GET_SERVICE, service(Requests.u16(1, 2))), "no key");
    byte[] family = Requests.u16(IpvsAttributes.SVC_AF, 5);
    assertEquals(97, errno(GET_SERVICE, service(WEB, family)), "the last family counts");
    assertEquals(3, errno(DEL_SERVICE, service(key(ServiceKey.TCP, "10.0.0.8", 81))));
    assertEquals(3, errno(ZERO, service(key(ServiceKey.UDP, "10.0.0.8", 80))));
    assertEquals(2, errno(SET_SERVICE, service(WEB, settings("none such", 0, -1, 0, -1))));
    assertEquals(17, errno(NEW_SERVICE, service(WEB, settings("rr", 0, -1, 0, -1))));
    assertEquals(EINVAL, errno(NEW_DEST, service(WEB)), "no server");
    assertEquals(EINVAL, errno(NEW_DEST, service(WEB), server(serverKey("10.0.0.9", 1))));
    assertEquals(EINVAL, errno(NEW_DAEMON), "no daemon");
    assertEquals(95, errno(SET_INFO), "nobody can");
    assertEquals(95, errno(GET_DEST), "only as a list");
    assertEquals(95, errno(18), "beyond the last");
    assertEquals(ERANGE, errno(SET_CONFIG, Requests.u16(IpvsAttributes.TIMEOUT_TCP, 1)));
    assertEquals(EINVAL, errno(SET_CONFIG, Requests.u32(IpvsAttributes.TIMEOUT_UDP, -1)));
    assertEquals(
        EINVAL, errno(GET_SERVICE, service(WEB, Requests.text(6, "a name of sixteen"))), "nested");
    assertEquals("wlc", control.service(WEB_KEY).spec().scheduler());
    assertEquals(List.of(), control.servers(WEB_KEY));
    assertEquals(new Timeouts(900, 120, 300), control.timeouts());
  }

  @Test
  void refusesWhoMayNot() {
    byte[] answer =
        ask(message(NEW_SERVICE, REQUEST_ACK, service(WEB, settings("rr", 0, -1, 0, -1))), false);

    assertEquals(1, Requests.errno(answer));
    assertEquals(1, Requests.errno(ask(message(GET_DAEMON, REQUEST_DUMP), false)));
    assertEquals(List.of(), control.services());
  }

  @Test
  void cutsLongListsIntoDatagramsThatFit() {
    addWeb();
    for (int i = 1; i <= 1000; i++) {
      String address = "10.1." + i / 250 + "." + (1 + i % 250);
      byte[] masq = serverSettings(ServerSpec.MASQ, 1, 0, 0);
      assertEquals(0, errno(NEW_DEST, service(WEB), server(serverKey(address, 80), masq)));
    }

    List<byte[]> datagrams = Datagrams.of(ask(message(GET_DEST, REQUEST_DUMP, service(WEB))));

    assertEquals(20, datagrams.getLast().length, "the end alone");
    int entries = 0;
    for (byte[] datagram : datagrams) {
      assertEquals(true, datagram.length <= 4096);
      entries += Requests.messages(datagram).size();
    }
    assertEquals(1001, entries);
  }
}
