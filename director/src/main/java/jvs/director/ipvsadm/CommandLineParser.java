package jvs.director.ipvsadm;

import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;

/**
 * Reads an argument list; refuses in the order and with the words of ipvsadm.
 *
 * <p>First every switch in turn, then leftover words, then what goes together.
 */
final class CommandLineParser {
  private static final int MAX_TIMEOUT_SECONDS = 31 * 24 * 3600;
  private static final int MAX_SCHEDULER_LENGTH = 15;
  private static final int MAX_ENGINE_LENGTH = 16;
  private static final int MAX_INTERFACE_LENGTH = 15;

  private final SwitchScanner scanner;
  private final Names names;
  private final CommandLine line;
  private String schedulerFlags = "";

  private CommandLineParser(SwitchScanner scanner, Names names, CommandLine line) {
    this.scanner = scanner;
    this.names = names;
    this.line = line;
  }

  /** Reads what follows the command's own switch, which {@code scanner} has just returned. */
  static CommandLine parse(SwitchScanner scanner, Switch first, Command command, Names names)
      throws Exit {
    CommandLineParser parser = new CommandLineParser(scanner, names, new CommandLine(command));
    if (first.argument() == Switch.Argument.REQUIRED) {
      parser.takeDaemonState(command);
    }
    for (Switch next = scanner.next(); next != null; next = scanner.next()) {
      parser.take(next);
    }
    parser.takeWords();
    CommandLine line = parser.line;
    line.serviceFlags |=
        SchedulerFlags.parse(parser.schedulerFlags, line.serviceSpec().scheduler());
    command.check(line.given());
    parser.checkService();
    parser.checkServer();
    parser.checkListing();
    return line;
  }

  private void takeDaemonState(Command command) throws Exit {
    String state = argument();
    line.isMaster = state.equals("master");
    if (!line.isMaster && !state.equals("backup")) {
      throw Exit.usage(
          command == Command.START_DAEMON
              ? "illegal start-daemon parameter specified"
              : "illegal start_daemon specified");
    }
  }

  private void take(Switch next) throws Exit {
    Option option = next.option();
    if (option != null) {
      if (line.has(option)) {
        throw Exit.usage("multiple '" + option.text() + "' options specified");
      }
      line.give(option);
    }
    switch (next) {
      case TCP_SERVICE -> takeService(ServiceKey.TCP);
      case UDP_SERVICE -> takeService(ServiceKey.UDP);
      case SCTP_SERVICE -> takeService(ServiceKey.SCTP);
      case FWMARK_SERVICE -> takeMark();
      case IPV6 -> takeV6();
      case SCHEDULER -> line.scheduler = cut(argument(), MAX_SCHEDULER_LENGTH);
      case PERSISTENT -> takePersistence();
      case NETMASK -> takeNetmask();
      case PE -> line.engine = cut(argument(), MAX_ENGINE_LENGTH);
      case OPS -> line.serviceFlags |= ServiceSpec.ONE_PACKET;
      case SCHED_FLAGS -> schedulerFlags = argument();
      case REAL_SERVER -> takeServer();
      case GATEWAYING -> line.method = ServerSpec.ROUTE;
      case IPIP -> line.method = ServerSpec.TUNNEL;
      case MASQUERADING -> line.method = ServerSpec.MASQ;
      case FULLNAT -> line.method = ServerSpec.FULLNAT;
      case LADDR -> takeLocalAddress();
      case PROXY_PROTOCOL -> takeProxyProtocol();
      case WEIGHT -> line.weight = number(0, Integer.MAX_VALUE, "weight");
      case U_THRESHOLD -> line.upperThreshold = number(0, Integer.MAX_VALUE, "u_threshold");
      case L_THRESHOLD -> line.lowerThreshold = number(0, Integer.MAX_VALUE, "l_threshold");
      case TUN_TYPE -> takeTunnelType();
      case TUN_PORT -> line.tunnelPort = number(1, 65535, "tunnel port");
      case TUN_CSUM -> line.tunnelFlags |= ServerSpec.TUNNEL_CHECKSUM;
      case TUN_REMCSUM -> line.tunnelFlags |= ServerSpec.TUNNEL_REMOTE_CHECKSUM;
      case MCAST_INTERFACE -> line.mcastInterface = cut(argument(), MAX_INTERFACE_LENGTH);
      case SYNCID -> line.syncId = number(0, 255, "syncid");
      case SYNC_MAXLEN -> line.syncMaxLength = number(1, 65535 - 20 - 8, "sync-maxlen");
      case MCAST_GROUP -> takeGroup();
      case MCAST_PORT -> line.mcastPort = number(1, 65535, "mcast-port");
      case MCAST_TTL -> line.mcastTtl = number(1, 255, "mcast-ttl");
      default -> {
        if (option == null && next != Switch.SORT) {
          throw Exit.usage("invalid option `" + scanner.lastWord() + "'");
        }
      }
    }
  }

  private void takeService(int protocol) throws Exit {
    line.protocol = protocol;
    Endpoint endpoint = Endpoint.parse(argument(), protocol, names);
    if (endpoint == null) {
      throw Exit.usage("illegal virtual server address[:port] specified");
    }
    line.address = endpoint.address();
    line.port = Math.max(endpoint.port(), 0);
    if (!line.address.isV4()) {
      line.netmask = 128;
    }
  }

  private void takeMark() throws Exit {
    line.protocol = ServiceKey.TCP;
    line.mark = Numbers.parse(argument(), 1, 0xffff_ffffL);
    if (line.mark < 0) {
      throw Exit.usage("invalid fwmark value `" + argument() + "' specified");
    }
  }

  private void takeV6() throws Exit {
    if (line.mark == 0) {
      throw Exit.usage("-6 used before -f\n");
    }
    line.useV6();
  }

  private void takePersistence() throws Exit {
    line.serviceFlags |= ServiceSpec.PERSISTENT;
    String text = scanner.argument();
    line.persistenceSeconds =
        text == null ? CommandLine.DEFAULT_PERSISTENCE_SECONDS : timeout(text, 1);
  }

  private void takeNetmask() throws Exit {
    if (!line.address.isV4()) {
      line.netmask = Numbers.parsePrefix(argument());
      if (line.netmask < 1 || line.netmask > 128) {
        throw Exit.usage("illegal ipv6 netmask specified");
      }
      return;
    }
    IpAddress mask = Endpoint.parseHost(argument(), names);
    if (mask == null) {
      throw Exit.usage("illegal virtual server persistent mask specified");
    }
    line.netmask = mask.v4();
  }

  private void takeServer() throws Exit {
    Endpoint endpoint = Endpoint.parse(argument(), line.protocol, names);
    if (endpoint == null) {
      throw Exit.usage("illegal real server address[:port] specified");
    }
    line.serverAddress = endpoint.address();
    line.serverPort = endpoint.port() < 0 ? line.port : endpoint.port();
  }

  private void takeLocalAddress() throws Exit {
    IpAddress v6 = AddressText.parseV6(argument());
    IpAddress address = v6 == null ? Endpoint.parseHost(argument(), names) : v6;
    if (address == null) {
      throw Exit.usage("illegal local address specified");
    }
    line.localAddress = address;
  }

  private void takeProxyProtocol() throws Exit {
    if (!argument().equals("v2")) {
      throw Exit.usage("illegal proxy protocol version specified, v2 is known");
    }
    line.serviceFlags |= ServiceSpec.PROXY_V2;
  }

  private void takeTunnelType() throws Exit {
    TunnelType type = TunnelType.named(argument());
    if (type == null) {
      throw Exit.usage("illegal tunnel type specified");
    }
    line.tunnelType = type;
  }

  private void takeGroup() throws Exit {
    boolean isV6 = argument().indexOf(':') >= 0;
    IpAddress group = null;
    try {
      group = IpAddress.parse(argument());
    } catch (IllegalArgumentException notAnAddress) {
      // Refused below.
    }
    if (group == null || !isMulticast(group)) {
      throw Exit.usage("invalid IPv" + (isV6 ? 6 : 4) + " mcast-group `" + argument() + "'");
    }
    line.mcastGroup = group;
  }

  private static boolean isMulticast(IpAddress address) {
    return address.isV4() ? address.low() >>> 28 == 0xe : address.high() >>> 56 == 0xff;
  }

  private void takeWords() throws Exit {
    if (line.command == Command.SET) {
      String tcp = scanner.nextWord();
      String tcpFin = scanner.nextWord();
      String udp = scanner.nextWord();
      if (tcp == null || tcpFin == null || udp == null) {
        throw Exit.usage("--set option requires 3 timeout values");
      }
      line.timeouts = new Timeouts(timeout(tcp, 0), timeout(tcpFin, 0), timeout(udp, 0));
    }
    String word = scanner.nextWord();
    if (word != null) {
      throw Exit.usage("unexpected argument " + word);
    }
  }

  private void checkService() throws Exit {
    if (line.command != Command.ADD_SERVICE && line.command != Command.EDIT_SERVICE) {
      return;
    }
    ServiceSpec spec = line.serviceSpec();
    if (line.mark == 0 && line.port == 0 && !spec.has(ServiceSpec.PERSISTENT)) {
      throw Exit.usage("Zero port specified for non-persistent service");
    }
    if (spec.has(ServiceSpec.PROXY_V2) && line.protocol != ServiceKey.TCP) {
      throw Exit.usage("PROXY protocol is only for TCP virtual services");
    }
    boolean isUdpOrMark = line.mark != 0 || line.protocol == ServiceKey.UDP;
    if (spec.has(ServiceSpec.ONE_PACKET) && !isUdpOrMark) {
      throw Exit.usage("One-Packet Scheduling is only for UDP virtual services");
    }
  }

  private void checkServer() throws Exit {
    if (line.command != Command.ADD_SERVER && line.command != Command.EDIT_SERVER) {
      return;
    }
    // Direct routing and tunnels leave the port alone.
    boolean mapsPorts = line.method == ServerSpec.MASQ || line.method == ServerSpec.FULLNAT;
    if (line.mark == 0 && !mapsPorts) {
      line.serverPort = line.port;
    }
    boolean isTunnel = line.method == ServerSpec.TUNNEL;
    if (line.serverAddress.family() != line.address.family() && !isTunnel) {
      throw Exit.usage("Different address family is allowed only for tunneling servers");
    }
    if (hasTunnelOption() && !isTunnel) {
      throw Exit.usage("Tunnel options conflict with forward method");
    }
    line.tunnelType.check(line.given());
  }

  private boolean hasTunnelOption() {
    return line.has(Option.TUN_TYPE)
        || line.has(Option.TUN_PORT)
        || line.has(Option.TUN_NOCSUM)
        || line.has(Option.TUN_CSUM)
        || line.has(Option.TUN_REMCSUM);
  }

  private void checkListing() throws Exit {
    boolean hasCounts =
        line.has(Option.STATS) || line.has(Option.RATE) || line.has(Option.THRESHOLDS);
    boolean isSettings = line.has(Option.TIMEOUT) || line.has(Option.DAEMON);
    boolean isConflict =
        isSettings
            ? hasCounts || line.has(Option.PERSISTENT_CONN)
            : line.has(Option.CONNECTION) && hasCounts;
    boolean hasNoJson = line.has(Option.JSON) && isSettings;
    if (line.command == Command.LIST && (isConflict || hasNoJson)) {
      throw Exit.usage("options conflicts in the list command");
    }
  }

  private int number(int min, int max, String what) throws Exit {
    long number = Numbers.parse(argument(), min, max);
    if (number < 0) {
      throw Exit.usage("illegal " + what + " specified");
    }
    return (int) number;
  }

  private static int timeout(String text, int min) throws Exit {
    long seconds = Numbers.parse(text, min, MAX_TIMEOUT_SECONDS);
    if (seconds < 0) {
      throw Exit.usage("invalid timeout value `" + text + "' specified");
    }
    return (int) seconds;
  }

  private String argument() {
    String argument = scanner.argument();
    return argument == null ? "" : argument;
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
