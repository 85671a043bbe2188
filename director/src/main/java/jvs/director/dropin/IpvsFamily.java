package jvs.director.dropin;

import static jvs.director.dropin.IpvsAttributes.COMMAND_RULES;
import static jvs.director.dropin.IpvsAttributes.DAEMON;
import static jvs.director.dropin.IpvsAttributes.DEST;
import static jvs.director.dropin.IpvsAttributes.SERVICE;
import static jvs.director.dropin.IpvsAttributes.TIMEOUT_TCP;
import static jvs.director.dropin.IpvsAttributes.TIMEOUT_TCP_FIN;
import static jvs.director.dropin.IpvsAttributes.TIMEOUT_UDP;

import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServerEntry;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.Timeouts;

/**
 * The generic-netlink family "IPVS" (linux/ip_vs.h, IPVS_CMD_*; checks as ip_vs_genl_set_cmd,
 * ip_vs_genl_get_cmd and the dumps). Any thread.
 */
final class IpvsFamily extends GenericFamily {
  static final String NAME = "IPVS";
  static final int VERSION = 1;
  static final int LAST_COMMAND = 17;

  private static final int NEW_SERVICE = 1;
  private static final int SET_SERVICE = 2;
  private static final int DEL_SERVICE = 3;
  private static final int GET_SERVICE = 4;
  private static final int NEW_DEST = 5;
  private static final int SET_DEST = 6;
  private static final int DEL_DEST = 7;
  private static final int GET_DEST = 8;
  private static final int NEW_DAEMON = 9;
  private static final int DEL_DAEMON = 10;
  private static final int GET_DAEMON = 11;
  private static final int SET_CONFIG = 12;
  private static final int GET_CONFIG = 13;
  private static final int SET_INFO = 14;
  private static final int GET_INFO = 15;
  private static final int ZERO = 16;
  private static final int FLUSH = 17;

  private final IpvsControl control;

  IpvsFamily(IpvsControl control) {
    super(VERSION);
    this.control = control;
  }

  @Override
  int abilities(int command) {
    return abilitiesOf(command);
  }

  static int abilitiesOf(int command) {
    return switch (command) {
      case GET_SERVICE -> DO | DUMP;
      case GET_DEST, GET_DAEMON -> DUMP;
      case SET_INFO -> 0;
      default -> command >= NEW_SERVICE && command <= FLUSH ? DO : 0;
    };
  }

  @Override
  boolean isPrivileged() {
    return true;
  }

  @Override
  void doit(NetlinkRequest request, MessageWriter out) {
    Attributes given = Attributes.parse(request.attributes(), COMMAND_RULES);
    switch (request.command()) {
      case GET_SERVICE -> {
        ServiceEntry service = control.service(ServiceMessages.key(given.get(SERVICE)));
        write(request, out, service, false);
      }
      case GET_CONFIG -> writeTimeouts(request, out);
      case GET_INFO -> writeInfo(request, out);
      case NEW_DAEMON -> control.newDaemon(DaemonMessages.spec(given.get(DAEMON)));
      case DEL_DAEMON -> control.deleteDaemon(DaemonMessages.isMaster(given.get(DAEMON)));
      case SET_CONFIG ->
          control.setTimeouts(
              Structures.checked(
                  given.i32(TIMEOUT_TCP, 0),
                  given.i32(TIMEOUT_TCP_FIN, 0),
                  given.i32(TIMEOUT_UDP, 0)));
      case FLUSH -> control.flush();
      case ZERO -> control.zero(given.has(SERVICE) ? present(given).key() : null);
      case NEW_SERVICE -> newService(given);
      case SET_SERVICE -> setService(given);
      case DEL_SERVICE -> control.deleteService(ServiceMessages.key(given.get(SERVICE)));
      case NEW_DEST, SET_DEST, DEL_DEST -> editServer(request.command(), given);
      default -> throw new IpvsException(Errno.EOPNOTSUPP, "command " + request.command());
    }
  }

  private ServiceEntry present(Attributes given) {
    return control.service(ServiceMessages.key(given.get(SERVICE)));
  }

  private void newService(Attributes given) {
    ServiceKey key = ServiceMessages.key(given.get(SERVICE));
    int flags = 0;
    try {
      // A service that is there lends its flags even to a request that is refused because of it.
      flags = control.service(key).spec().flags();
    } catch (IpvsException unknown) {
      // As it should be.
    }
    control.newService(key, ServiceMessages.spec(given.get(SERVICE), flags));
  }

  private void setService(Attributes given) {
    ServiceKey key = ServiceMessages.key(given.get(SERVICE));
    // What is malformed is told before what is missing.
    ServiceMessages.spec(given.get(SERVICE), 0);
    int flags = control.service(key).spec().flags();
    control.setService(key, ServiceMessages.spec(given.get(SERVICE), flags));
  }

  private void editServer(int command, Attributes given) {
    ServiceKey service = present(given).key();
    boolean isDeleted = command == DEL_DEST;
    ServerMessages server =
        ServerMessages.read(given.get(DEST), service.address().family(), !isDeleted);
    if (isDeleted) {
      control.deleteServer(service, server.key());
      return;
    }
    boolean isMixed = server.key().address().family() != service.address().family();
    if (isMixed && server.spec().method() != ServerSpec.TUNNEL) {
      throw new IpvsException(Errno.EINVAL, "another address family needs tunnelling");
    }
    if (command == NEW_DEST) {
      control.newServer(service, server.key(), server.spec());
    } else {
      control.setServer(service, server.key(), server.spec());
    }
  }

  @Override
  void dump(NetlinkRequest request, MessageWriter out) {
    switch (request.command()) {
      case GET_SERVICE -> control.services().forEach(service -> write(request, out, service, true));
      case GET_DAEMON -> control.daemons().forEach(daemon -> write(request, out, daemon));
      default -> dumpServers(request, out);
    }
  }

  private void dumpServers(NetlinkRequest request, MessageWriter out) {
    try {
      Attributes given = Attributes.parse(request.attributes(), COMMAND_RULES);
      for (ServerEntry server : control.servers(ServiceMessages.key(given.get(SERVICE)))) {
        begin(request, out, NEW_DEST, true);
        ServerMessages.write(server, out);
        out.end();
      }
    } catch (IpvsException unknownService) {
      // An empty list: ip_vs_genl_dump_dests has no way to tell an error.
    }
  }

  private void write(
      NetlinkRequest request, MessageWriter out, ServiceEntry service, boolean isPart) {
    begin(request, out, NEW_SERVICE, isPart);
    ServiceMessages.write(service, out);
    out.end();
  }

  private void write(NetlinkRequest request, MessageWriter out, DaemonSpec daemon) {
    begin(request, out, NEW_DAEMON, true);
    DaemonMessages.write(daemon, out);
    out.end();
  }

  private void writeTimeouts(NetlinkRequest request, MessageWriter out) {
    Timeouts timeouts = control.timeouts();
    begin(request, out, SET_CONFIG, false);
    out.u32(TIMEOUT_TCP, timeouts.tcp());
    out.u32(TIMEOUT_TCP_FIN, timeouts.tcpFin());
    out.u32(TIMEOUT_UDP, timeouts.udp());
    out.end();
  }

  private void writeInfo(NetlinkRequest request, MessageWriter out) {
    begin(request, out, SET_INFO, false);
    out.u32(IpvsAttributes.INFO_VERSION, Structures.IPVS_VERSION);
    out.u32(IpvsAttributes.INFO_TABLE_SIZE, control.connectionTableSize());
    out.end();
  }
}
