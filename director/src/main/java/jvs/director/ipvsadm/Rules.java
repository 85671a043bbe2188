package jvs.director.ipvsadm;

import java.util.List;
import jvs.service.LocalAddressEntry;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;

/**
 * Services and servers as the command lines that make them ({@code -S}).
 *
 * <p>Thresholds are left out, as ipvsadm 1.31 does, unless they are asked for.
 */
public final class Rules {
  private final EndpointText endpoints;
  private final boolean hasThresholds;

  /** All of a rule, in numbers. */
  public Rules() {
    this(Names.system(), true, true);
  }

  Rules(Names names, boolean isNumeric, boolean hasThresholds) {
    this.hasThresholds = hasThresholds;
    this.endpoints = new EndpointText(names, isNumeric);
  }

  /** The lines for a service, its local addresses and its servers. */
  String format(ServiceEntry service, List<LocalAddressEntry> locals, List<ServerEntry> servers) {
    ServiceKey key = service.key();
    StringBuilder rules = new StringBuilder();
    rules.append("-A ").append(service(key, service.spec())).append('\n');
    for (LocalAddressEntry local : locals) {
      rules.append("-P ").append(name(key)).append(" -z ").append(local.address()).append('\n');
    }
    for (ServerEntry server : servers) {
      rules.append("-a ").append(server(key, server.key(), server.spec())).append('\n');
    }
    return rules.toString();
  }

  /** A service and its settings, as after {@code -A}. */
  public String service(ServiceKey key, ServiceSpec spec) {
    return name(key) + settings(key, spec);
  }

  /** A server and its settings, as after {@code -a}. */
  public String server(ServiceKey service, ServerKey key, ServerSpec spec) {
    return server(service, key) + settings(spec) + thresholds(spec);
  }

  /** A server, as after {@code -d}. */
  public String server(ServiceKey service, ServerKey key) {
    int protocol = service.isMark() ? 0 : service.protocol();
    return name(service) + " -r " + endpoints.format(key.address(), key.port(), protocol);
  }

  /** A service, as after {@code -D}. */
  public String name(ServiceKey key) {
    if (key.isMark()) {
      return "-f " + Listing.markText(key) + (key.address().isV4() ? "" : " -6");
    }
    String address = endpoints.format(key.address(), key.port(), key.protocol());
    return switch (key.protocol()) {
      case ServiceKey.TCP -> "-t " + address;
      case ServiceKey.UDP -> "-u " + address;
      default -> "--sctp-service " + address;
    };
  }

  private static String settings(ServiceKey key, ServiceSpec spec) {
    StringBuilder text = new StringBuilder(" -s ").append(spec.scheduler());
    if (spec.has(ServiceSpec.PERSISTENT)) {
      text.append(" -p ").append(spec.timeoutSeconds());
      String mask = Listing.maskText(spec, key.address());
      text.append(mask.isEmpty() ? "" : " -M ").append(mask);
    }
    text.append(spec.engine().isEmpty() ? "" : " --pe ").append(spec.engine());
    text.append(spec.has(ServiceSpec.ONE_PACKET) ? " -o" : "");
    text.append(spec.has(ServiceSpec.PROXY_V2) ? " --proxy-protocol v2" : "");
    String flags = SchedulerFlags.format(spec.flags(), spec.scheduler());
    return text.append(flags.isEmpty() ? "" : " -b ").append(flags).toString();
  }

  private static String settings(ServerSpec spec) {
    return switch (spec.method()) {
      case ServerSpec.MASQ -> " -m -w " + spec.weight();
      case ServerSpec.TUNNEL -> " -i -w " + spec.weight() + tunnel(spec);
      case ServerSpec.FULLNAT -> " --fullnat -w " + spec.weight();
      default -> " -g -w " + spec.weight();
    };
  }

  private String thresholds(ServerSpec spec) {
    boolean isShown = hasThresholds && (spec.upperThreshold() != 0 || spec.lowerThreshold() != 0);
    return isShown ? " -x " + spec.upperThreshold() + " -y " + spec.lowerThreshold() : "";
  }

  private static String tunnel(ServerSpec spec) {
    TunnelType type = TunnelType.numbered(spec.tunnelType());
    String checksum =
        (spec.tunnelFlags() & ServerSpec.TUNNEL_REMOTE_CHECKSUM) != 0
            ? " --tun-remcsum"
            : (spec.tunnelFlags() & ServerSpec.TUNNEL_CHECKSUM) != 0
                ? " --tun-csum"
                : " --tun-nocsum";
    String kind = " --tun-type " + type.text();
    return switch (type) {
      case IPIP -> kind;
      case GUE -> kind + " --tun-port " + spec.tunnelPort() + checksum;
      case GRE -> kind + checksum;
    };
  }
}
