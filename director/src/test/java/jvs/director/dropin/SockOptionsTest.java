package jvs.director.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import jvs.director.control.MemoryControl;
import jvs.service.DaemonSpec;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** The socket options by bytes, as x86-64 has them. */
final class SockOptionsTest {
  private static final int EINVAL = 22;

  /** TCP 10.0.0.8:80, rr, netmask 255.255.255.255. */
  static final String WEB =
      "06000000 0a000008 00500000 00000000 72720000000000000000000000000000"
          + " 00000000 00000000 ffffffff";

  /** 10.0.0.9:8080, masq, weight 7, thresholds 5 and 3. */
  static final String SERVER = "0a000009 1f900000 00000000 07000000 05000000 03000000";

  private static final ServiceKey WEB_KEY =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse("10.0.0.8"), 80);

  private final MemoryControl control = new MemoryControl();

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private KernelAnswer call(
      KernelCall.Kind kind, boolean isAdmin, int option, int length, byte[] data) {
    return new KernelInterface(control)
        .call(new KernelCall(kind, isAdmin, false, option, length, data));
  }

  private int set(int option, String hex) {
    byte[] data = bytes(hex);
    return call(KernelCall.Kind.SET, true, SockOptions.FIRST + option, data.length, data).errno();
  }

  private KernelAnswer get(int option, int length, String hex) {
    return call(KernelCall.Kind.GET, true, SockOptions.FIRST + option, length, bytes(hex));
  }

  @Test
  void addsEditsAndDeletes() {
    assertEquals(0, set(2, WEB));
    assertEquals(17, set(2, WEB));
    assertEquals(0, set(7, WEB + SERVER));
    assertEquals(17, set(7, WEB + SERVER));

    assertEquals(new ServiceSpec("rr", 0, 0, -1, ""), control.service(WEB_KEY).spec());
    assertEquals(
        new ServerSpec(ServerSpec.MASQ, 7, 5, 3, 0, 0, 0),
        control.servers(WEB_KEY).getFirst().spec());
    assertEquals(0, set(3, WEB.replace("7272", "6c63")));
    assertEquals("lc", control.service(WEB_KEY).spec().scheduler());
    assertEquals(0, set(8, WEB + SERVER));
    assertEquals(2, set(8, WEB + SERVER));
    assertEquals(0, set(4, WEB));
    assertEquals(3, set(4, WEB));
  }

  @Test
  void refusesOtherLengths() {
    assertEquals(EINVAL, set(2, WEB + "00"));
    assertEquals(EINVAL, set(5, "00"));
    assertEquals(EINVAL, set(0, ""));
    assertEquals(EINVAL, set(13, WEB));
    assertEquals(14, set(2, WEB.replaceFirst("06", "07")), "EFAULT for a protocol");
    assertEquals(EINVAL, get(1, 11, "00000000 00000000 000000").errno());
    assertEquals(EINVAL, get(5, 100, "").errno());
    assertEquals(EINVAL, get(2, 8, "01000000 00000000").errno(), "room for one is 112");
    assertEquals(List.of(), control.services());
  }

  @Test
  void refusesWhoMayNot() {
    assertEquals(
        1, call(KernelCall.Kind.SET, false, SockOptions.FIRST + 5, 0, new byte[0]).errno());
    assertEquals(
        1, call(KernelCall.Kind.GET, false, SockOptions.FIRST + 1, 12, new byte[12]).errno());
  }

  @Test
  void listsIpv4ServicesOnly() {
    set(2, WEB);
    set(7, WEB + SERVER);
    control.newService(
        ServiceKey.of(ServiceKey.TCP, IpAddress.parse("fd00::8"), 80),
        new ServiceSpec("rr", 0, 0, 128, ""));

    assertEquals(
        "010201000010000001000000",
        HexFormat.of().formatHex(get(1, 12, "000000000000000000000000").data()));
    byte[] services = get(2, 8 + 104, "01000000 00000000").data();
    assertEquals(112, services.length);
    String expected =
        "01000000 00000000 06000000 0a000008 00500000 00000000 72720000000000000000000000000000"
            + " 02000000 00000000 ffffffff 01000000";
    assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(services, 0, 56));
  }

  @Test
  void listsServers() {
    set(2, WEB);
    set(7, WEB + SERVER);

    byte[] servers =
        get(4, 24 + 96, "06000000 0a000008 00500000 00000000 01000000 00000000").data();

    assertEquals(120, servers.length);
    String expected = "0a000009 1f900000 00010000 07000000 05000000 03000000 00000000";
    assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(servers, 24, 52));
  }

  @Test
  void saysItsVersion() {
    String text = new String(get(0, 64, "00".repeat(64)).data(), StandardCharsets.US_ASCII);

    assertEquals("IP Virtual Server version 1.2.1 (size=4096)\0", text);
  }

  @Test
  void setsTimeoutsAndDaemons() {
    assertEquals(0, set(10, "00000000 0a000000 00000000"));
    assertEquals(EINVAL, set(10, "00000000 ffffffff 00000000"));
    assertEquals(0, set(11, "02000000 65746830000000000000000000000000 07000000"));

    assertEquals(new Timeouts(900, 10, 300), control.timeouts());
    DaemonSpec daemon = control.daemons().getFirst();
    assertEquals(7, daemon.syncId());
    ByteBuffer listed =
        ByteBuffer.wrap(get(7, 104, "00".repeat(48)).data()).order(ByteOrder.nativeOrder());
    assertEquals(48, listed.limit());
    assertEquals(0, listed.getInt(0), "no master");
    assertEquals(2, listed.getInt(24));
    assertEquals(7, listed.getInt(44));
  }
}
