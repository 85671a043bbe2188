package jvs.director.ipvsadm;

import java.util.List;
import jvs.service.LocalAddressEntry;
import jvs.service.ServerEntry;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;

/**
 * Services and servers as the command lines that make them ({@code -S}).
 *
 * <p>Thresholds are left out, as ipvsadm 1.31 does, unless they are asked for.
 */
final class Rules {
  private final EndpointText endpoints;

  private final boolean hasThresholds;

  Rules(Names names, boolean isNumeric, boolean hasThresholds) {
    this.hasThresholds = hasThresholds;
    this.endpoints = new EndpointText(names, isNumeric);
  }

  /** The lines for a service, its local addresses and its servers. */
  String format(ServiceEntry service, List<LocalAddressEntry> locals, List<ServerEntry> servers) {
    String name = name(service.key());
    StringBuilder rules = new StringBuilder();
    rules.append("-A ").append(name).append(settings(service)).append('\n');
    for (LocalAddressEntry local : locals) {
      rules.append("-P ").append(name).append(" -z ").append(local.address()).append('\n');
    }
    int protocol = service.key().isMark() ? 0 : service.key().protocol();
    for (ServerEntry server : servers) {
      String address = endpoints.format(server.key().address(), server.key().port(), protocol);
      rules.append("-a ").append(name).append(" -r ").append(address);
      rules.append(settings(server.spec())).append(thresholds(server.spec())).append('\n');
    }
    return rules.toString();
  }

  private String name(ServiceKey key) {
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

  private static String settings(ServiceEntry service) {
    ServiceSpec spec = service.spec();
    StringBuilder text = new StringBuilder(" -s ").append(spec.scheduler());
    if (spec.has(ServiceSpec.PERSISTENT)) {
      text.append(" -p ").append(spec.timeoutSeconds());
      String mask = Listing.maskText(spec, service.key().address());
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
