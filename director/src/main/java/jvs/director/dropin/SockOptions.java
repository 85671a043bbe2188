package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;

/**
 * The socket options of level SOL_IP that were there before netlink (do_ip_vs_set_ctl,
 * do_ip_vs_get_ctl): IPv4 and 32-bit counters only. Any thread.
 */
public final class SockOptions {
  /** IP_VS_BASE_CTL: the first option. */
  public static final int FIRST = 1152;

  /** IP_VS_SO_SET_MAX. */
  public static final int LAST_SET = FIRST + 15;

  /** IP_VS_SO_GET_MAX. */
  public static final int LAST_GET = FIRST + 7;

  /** IP_VS_SO_GET_VERSION, the only one whose answer may be shorter than was asked for. */
  public static final int GET_VERSION = FIRST;

  private static final int SET_ADD = FIRST + 2;
  private static final int SET_EDIT = FIRST + 3;
  private static final int SET_DEL = FIRST + 4;
  private static final int SET_FLUSH = FIRST + 5;
  private static final int SET_ADDDEST = FIRST + 7;
  private static final int SET_DELDEST = FIRST + 8;
  private static final int SET_EDITDEST = FIRST + 9;
  private static final int SET_TIMEOUT = FIRST + 10;
  private static final int SET_STARTDAEMON = FIRST + 11;
  private static final int SET_STOPDAEMON = FIRST + 12;
  private static final int SET_ZERO = FIRST + 15;
  private static final int GET_INFO = FIRST + 1;
  private static final int GET_SERVICES = FIRST + 2;
  private static final int GET_SERVICE = FIRST + 3;
  private static final int GET_DESTS = FIRST + 4;
  private static final int GET_TIMEOUT = FIRST + 6;
  private static final int GET_DAEMON = FIRST + 7;

  // Lengths of the structures, which x86-64 and aarch64 share.
  private static final int SERVICE_USER = 44;
  private static final int DEST_USER = 24;
  private static final int TIMEOUT_USER = 12;
  private static final int DAEMON_USER = 24;
  private static final int GET_SERVICES_HEAD = 8;
  private static final int GET_DESTS_HEAD = 24;
  private static final int SERVICE_ENTRY = 104;
  private static final int DEST_ENTRY = 96;
  private static final int VERSION_TEXT = 64;
  private static final int NAME = 16;

  private static final int[] SET_LENGTHS = new int[LAST_SET - FIRST + 1];

  static {
    for (int option : new int[] {SET_ADD, SET_EDIT, SET_DEL, SET_ZERO}) {
      SET_LENGTHS[option - FIRST] = SERVICE_USER;
    }
    for (int option : new int[] {SET_ADDDEST, SET_DELDEST, SET_EDITDEST}) {
      SET_LENGTHS[option - FIRST] = SERVICE_USER + DEST_USER;
    }
    SET_LENGTHS[SET_TIMEOUT - FIRST] = TIMEOUT_USER;
    SET_LENGTHS[SET_STARTDAEMON - FIRST] = DAEMON_USER;
    SET_LENGTHS[SET_STOPDAEMON - FIRST] = DAEMON_USER;
  }

  private static final int[] GET_LENGTHS = {
    VERSION_TEXT,
    TIMEOUT_USER,
    GET_SERVICES_HEAD,
    SERVICE_ENTRY,
    GET_DESTS_HEAD,
    0,
    TIMEOUT_USER,
    2 * DAEMON_USER
  };

  private final IpvsControl control;

  SockOptions(IpvsControl control) {
    this.control = control;
  }

  /** How many bytes of the caller's room getsockopt(2) reads; it must have as many. */
  public static int argumentBytes(int option) {
    return GET_LENGTHS[option - FIRST];
  }

  /**
   * setsockopt(2).
   *
   * @param argument as long as the caller says
   * @throws IpvsException with the kernel's errno
   */
  void set(int option, byte[] argument, boolean isAdmin) {
    require(isAdmin);
    if (option < FIRST || option > LAST_SET || argument.length != SET_LENGTHS[option - FIRST]) {
      throw malformed("option " + option + " with " + argument.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(argument).order(ByteOrder.nativeOrder());
    switch (option) {
      case SET_STARTDAEMON -> startDaemon(in);
      case SET_STOPDAEMON -> control.deleteDaemon(DaemonMessages.isMaster(in.getInt(0)));
      case SET_FLUSH -> control.flush();
      case SET_TIMEOUT ->
          control.setTimeouts(Structures.checked(in.getInt(0), in.getInt(4), in.getInt(8)));
      default -> {
        if (argument.length == 0) {
          throw malformed("option " + option);
        }
        setService(option, in);
      }
    }
  }

  private void startDaemon(ByteBuffer in) {
    String name = Attributes.text(in, 4, NAME);
    if (name.isEmpty() || name.length() == NAME) {
      throw malformed("interface '" + name + "'");
    }
    boolean isMaster = DaemonMessages.isMaster(in.getInt(0));
    control.newDaemon(new DaemonSpec(isMaster, name, in.getInt(20), 0, IpAddress.v4(0), 0, 0));
  }

  private void setService(int option, ByteBuffer in) {
    boolean isUnnamed = in.getInt(12) == 0 && in.getInt(4) == 0 && in.getShort(8) == 0;
    if (option == SET_ZERO && isUnnamed) {
      control.zero(null);
      return;
    }
    String scheduler = Attributes.text(in, 16, NAME);
    if ((option == SET_ADD || option == SET_EDIT) && scheduler.length() == NAME) {
      throw malformed("scheduler '" + scheduler + "'");
    }
    int protocol = in.getShort(0) & 0xffff;
    if (protocol != ServiceKey.TCP && protocol != ServiceKey.UDP && protocol != ServiceKey.SCTP) {
      throw new IpvsException(Errno.EFAULT, "protocol " + protocol);
    }
    ServiceKey key = key(in);
    ServiceSpec spec =
        new ServiceSpec(
            scheduler,
            in.getInt(32) & ~ServiceSpec.HASHED,
            in.getInt(36),
            Structures.networkOrder(in.getInt(40)),
            "");
    switch (option) {
      case SET_ADD -> control.newService(key, spec);
      case SET_EDIT -> control.setService(key, spec);
      case SET_DEL -> control.deleteService(key);
      case SET_ZERO -> control.zero(key);
      default -> setServer(option, key, in.slice(SERVICE_USER, DEST_USER));
    }
  }

  private void setServer(int option, ServiceKey service, ByteBuffer slice) {
    ByteBuffer in = slice.order(ByteOrder.nativeOrder());
    ServerKey key = new ServerKey(address(in, 0), port(in, 4));
    ServerSpec spec =
        new ServerSpec(
            in.getInt(8) & 7,
            in.getInt(12),
            in.getInt(16) & 0xffff_ffffL,
            in.getInt(20) & 0xffff_ffffL,
            ServerSpec.TUNNEL_IPIP,
            0,
            0);
    switch (option) {
      case SET_ADDDEST -> control.newServer(service, key, spec);
      case SET_EDITDEST -> control.setServer(service, key, spec);
      default -> control.deleteServer(service, key);
    }
  }

  /**
   * getsockopt(2).
   *
   * @param argument the first {@link #argumentBytes} of the caller's room
   * @param length of the whole room
   * @return what is written to the beginning of the room
   * @throws IpvsException with the kernel's errno
   */
  byte[] get(int option, byte[] argument, int length, boolean isAdmin) {
    require(isAdmin);
    boolean isKnown = option >= FIRST && option <= LAST_GET;
    if (!isKnown || length < argumentBytes(option) || argument.length < argumentBytes(option)) {
      throw malformed("option " + option + " with " + length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(argument).order(ByteOrder.nativeOrder());
    return switch (option) {
      case GET_VERSION -> version();
      case GET_INFO -> info();
      case GET_SERVICES -> services(in, length);
      case GET_SERVICE -> entry(control.service(keyOrNone(in)));
      case GET_DESTS -> servers(in, length);
      case GET_TIMEOUT -> timeouts();
      case GET_DAEMON -> daemons();
      default -> throw malformed("option " + option);
    };
  }

  private byte[] version() {
    String text = "IP Virtual Server version 1.2.1 (size=" + control.connectionTableSize() + ")\0";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] info() {
    return room(TIMEOUT_USER)
        .putInt(Structures.IPVS_VERSION)
        .putInt(control.connectionTableSize())
        .putInt(inet(control.services()).size())
        .array();
  }

  private static List<ServiceEntry> inet(List<ServiceEntry> services) {
    return services.stream().filter(entry -> entry.key().address().isV4()).toList();
  }

  private byte[] services(ByteBuffer in, int length) {
    long asked = in.getInt(0) & 0xffff_ffffL;
    if (length != GET_SERVICES_HEAD + asked * SERVICE_ENTRY) {
      throw malformed("length " + length + " for " + asked + " services");
    }
    List<ServiceEntry> services = inet(control.services());
    int count = (int) Math.min(asked, services.size());
    ByteBuffer out = room(GET_SERVICES_HEAD + count * SERVICE_ENTRY).put(in);
    services.subList(0, count).forEach(service -> out.put(entry(service)));
    return Structures.octets(out);
  }

  private byte[] servers(ByteBuffer in, int length) {
    long asked = in.getInt(16) & 0xffff_ffffL;
    if (length != GET_DESTS_HEAD + asked * DEST_ENTRY) {
      throw malformed("length " + length + " for " + asked + " servers");
    }
    List<ServerEntry> servers =
        control.servers(keyOrNone(in)).stream()
            .filter(server -> server.key().address().isV4())
            .toList();
    int count = (int) Math.min(asked, servers.size());
    ByteBuffer out = room(GET_DESTS_HEAD + count * DEST_ENTRY).put(in);
    servers.subList(0, count).forEach(server -> write(server, out));
    return Structures.octets(out);
  }

  private byte[] entry(ServiceEntry service) {
    ServiceKey key = service.key();
    ServiceSpec spec = service.spec();
    ByteBuffer out = room(SERVICE_ENTRY);
    out.putShort(0, (short) key.protocol());
    out.put(4, key.address().octets());
    putPort(out, 8, key.port());
    out.putInt(12, (int) key.mark());
    byte[] name = spec.scheduler().getBytes(StandardCharsets.ISO_8859_1);
    out.put(16, name, 0, Math.min(name.length, NAME - 1));
    out.putInt(32, spec.flags() | ServiceSpec.HASHED);
    out.putInt(36, spec.timeoutSeconds());
    out.putInt(40, Structures.networkOrder(spec.netmask()));
    out.putInt(44, control.servers(key).size());
    OptionStatistics.write(service.statistics(), out, 48);
    return Structures.octets(out);
  }

  private static void write(ServerEntry server, ByteBuffer list) {
    ServerSpec spec = server.spec();
    ByteBuffer out = room(DEST_ENTRY);
    out.put(0, server.key().address().octets());
    putPort(out, 4, server.key().port());
    out.putInt(8, OptionStatistics.connectionFlags(spec.method()));
    out.putInt(12, spec.weight());
    out.putInt(16, (int) spec.upperThreshold());
    out.putInt(20, (int) spec.lowerThreshold());
    out.putInt(24, server.activeConnections());
    out.putInt(28, server.inactiveConnections());
    out.putInt(32, server.persistentConnections());
    OptionStatistics.write(server.statistics(), out, 40);
    list.put(Structures.octets(out));
  }

  private byte[] timeouts() {
    Timeouts timeouts = control.timeouts();
    return room(TIMEOUT_USER)
        .putInt(timeouts.tcp())
        .putInt(timeouts.tcpFin())
        .putInt(timeouts.udp())
        .array();
  }

  private byte[] daemons() {
    ByteBuffer out = room(2 * DAEMON_USER);
    for (DaemonSpec daemon : control.daemons()) {
      int at = daemon.isMaster() ? 0 : DAEMON_USER;
      out.putInt(at, daemon.isMaster() ? DaemonMessages.MASTER : DaemonMessages.BACKUP);
      byte[] name = daemon.interfaceName().getBytes(StandardCharsets.ISO_8859_1);
      out.put(at + 4, Arrays.copyOf(name, NAME));
      out.putInt(at + 20, daemon.syncId());
    }
    return Structures.octets(out);
  }

  /** The key for reading, where every protocol may be asked for. */
  private static ServiceKey keyOrNone(ByteBuffer in) {
    return in.getInt(12) != 0
        ? key(in)
        : Structures.key(in.getShort(0) & 0xffff, address(in, 4), port(in, 8));
  }

  private static ServiceKey key(ByteBuffer in) {
    long mark = in.getInt(12) & 0xffff_ffffL;
    return mark != 0
        ? ServiceKey.ofMark(mark, IpAddress.IPV4)
        : ServiceKey.of(in.getShort(0) & 0xffff, address(in, 4), port(in, 8));
  }

  private static IpAddress address(ByteBuffer in, int offset) {
    byte[] octets = new byte[4];
    in.get(offset, octets);
    return IpAddress.of(octets);
  }

  private static int port(ByteBuffer in, int offset) {
    return (in.get(offset) & 0xff) << 8 | in.get(offset + 1) & 0xff;
  }

  private static void putPort(ByteBuffer out, int offset, int port) {
    out.put(offset, (byte) (port >> 8)).put(offset + 1, (byte) port);
  }

  private static ByteBuffer room(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
  }

  private static void require(boolean isAdmin) {
    if (!isAdmin) {
      throw new IpvsException(Errno.EPERM, "CAP_NET_ADMIN is missing");
    }
  }

  private static IpvsException malformed(String what) {
    return new IpvsException(Errno.EINVAL, what);
  }
}
