package jvs.director.ipvsadm;

import jvs.service.DaemonSpec;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;

/** What a command line says; filled by {@link CommandLineParser}, defaults as ipvsadm's. */
final class CommandLine {
  static final String DEFAULT_SCHEDULER = "wlc";
  static final int DEFAULT_PERSISTENCE_SECONDS = 360;

  private static final String DEFAULT_INTERFACE = "eth0";
  private static final IpAddress NO_ADDRESS = IpAddress.v4(0);
  private static final IpAddress NO_ADDRESS_V6 = IpAddress.v6(0, 0);

  final Command command;
  private long given;

  int protocol;
  IpAddress address = NO_ADDRESS;
  int port;
  long mark;
  String scheduler = "";
  String engine = "";
  int serviceFlags;
  int persistenceSeconds;
  int netmask = -1;

  IpAddress serverAddress = NO_ADDRESS;
  int serverPort;
  int method = ServerSpec.ROUTE;
  IpAddress localAddress = NO_ADDRESS;
  int weight = 1;
  long upperThreshold;
  long lowerThreshold;
  TunnelType tunnelType = TunnelType.IPIP;
  int tunnelPort;
  int tunnelFlags;

  boolean isMaster;
  String mcastInterface = "";
  int syncId;
  int syncMaxLength;
  IpAddress mcastGroup = NO_ADDRESS;
  int mcastPort;
  int mcastTtl;

  Timeouts timeouts = new Timeouts(0, 0, 0);

  CommandLine(Command command) {
    this.command = command;
  }

  boolean has(Option option) {
    return option.isIn(given);
  }

  /** The options given, as a set of {@link Option}. */
  long given() {
    return given;
  }

  void give(Option option) {
    given |= Option.set(option);
  }

  /** Makes a mark service one for IPv6. */
  void useV6() {
    address = NO_ADDRESS_V6;
    netmask = 128;
  }

  ServiceKey serviceKey() {
    return mark != 0
        ? ServiceKey.ofMark(mark, address.family())
        : ServiceKey.of(protocol, address, port);
  }

  ServiceSpec serviceSpec() {
    return new ServiceSpec(
        scheduler.isEmpty() ? DEFAULT_SCHEDULER : scheduler,
        serviceFlags,
        persistenceSeconds,
        netmask,
        engine);
  }

  ServerKey serverKey() {
    return new ServerKey(serverAddress, serverPort);
  }

  ServerSpec serverSpec() {
    return new ServerSpec(
        method,
        weight,
        upperThreshold,
        lowerThreshold,
        tunnelType.number(),
        tunnelPort,
        tunnelFlags);
  }

  DaemonSpec daemonSpec() {
    return new DaemonSpec(
        isMaster,
        mcastInterface.isEmpty() ? DEFAULT_INTERFACE : mcastInterface,
        syncId,
        syncMaxLength,
        mcastGroup,
        mcastPort,
        mcastTtl);
  }
}
