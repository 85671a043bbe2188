package jvs.director.ipvsadm;

import java.util.List;
import jvs.service.IpvsControl;
import jvs.service.ServerEntry;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Statistics;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The table of services and servers ({@code -L}) in its six forms. */
final class Listing {
  private static final int NAME_WIDTH = 33;

  /** What is listed besides names; the first that is asked for counts. */
  private enum Form {
    STATS(Option.STATS),
    RATE(Option.RATE),
    THRESHOLDS(Option.THRESHOLDS),
    PERSISTENT_CONN(Option.PERSISTENT_CONN),
    TUN_INFO(Option.TUN_INFO),
    PLAIN(null);

    private final @Nullable Option option;

    Form(@Nullable Option option) {
      this.option = option;
    }

    static Form of(CommandLine line) {
      for (Form form : values()) {
        if (form.option == null || line.has(form.option)) {
          return form;
        }
      }
      return PLAIN;
    }
  }

  private final IpvsControl control;
  private final EndpointText endpoints;
  private final Form form;
  private final boolean isExact;
  private final boolean isSorted;
  private final Columns columns = new Columns();

  Listing(CommandLine line, IpvsControl control, Names names) {
    this.control = control;
    this.endpoints = new EndpointText(names, line.has(Option.NUMERIC));
    this.form = Form.of(line);
    this.isExact = line.has(Option.EXACT);
    this.isSorted = !line.has(Option.NOSORT);
  }

  /** The title, above a listing of all services. */
  static String title(int connectionTableSize) {
    return "IP Virtual Server version 1.2.1 (size=" + connectionTableSize + ")\n";
  }

  /** The heads of the columns. */
  String heads() {
    switch (form) {
      case STATS -> counterHeads("Conns", "InPkts", "OutPkts", "InBytes", "OutBytes");
      case RATE -> counterHeads("CPS", "InPPS", "OutPPS", "InBPS", "OutBPS");
      case THRESHOLDS -> settingHeads("Uthreshold", 11, "Lthreshold", 11);
      case PERSISTENT_CONN -> settingHeads("Weight", 10, "PersistConn", 12);
      case TUN_INFO -> plainHeads("Forward TunnelInfo    Weight ActiveConn InActConn");
      case PLAIN -> plainHeads("Forward Weight ActiveConn InActConn");
    }
    return columns.drain();
  }

  private void plainHeads(String heads) {
    columns.add("Prot LocalAddress:Port Scheduler Flags").end();
    columns.left("  -> RemoteAddress:Port", NAME_WIDTH + 1).add(heads).end();
  }

  private void counterHeads(String... heads) {
    columns.left("Prot LocalAddress:Port", NAME_WIDTH);
    for (String head : heads) {
      columns.right(head, 9);
    }
    columns.end().add("  -> RemoteAddress:Port").end();
  }

  private void settingHeads(String first, int firstWidth, String second, int secondWidth) {
    columns.left("Prot LocalAddress:Port", NAME_WIDTH + 1).left(first, firstWidth);
    columns.left(second, secondWidth).add("ActiveConn InActConn ").end();
    columns.add("  -> RemoteAddress:Port").end();
  }

  /** One service and its servers. */
  String service(ServiceEntry service) {
    List<ServerEntry> servers = control.servers(service.key());
    if (isSorted) {
      servers =
          ListingOrder.sorted(
              servers, (left, right) -> ListingOrder.compare(left.key(), right.key()));
    }
    if (form == Form.STATS || form == Form.RATE) {
      columns.left(name(service.key()), NAME_WIDTH);
      counters(service.statistics(), true);
    } else {
      columns.add(name(service.key()));
      settings(service.spec(), service.key().address());
    }
    columns.end();
    // The kernel does not tell the protocol of a mark service, so its ports have no names.
    int protocol = service.key().isMark() ? 0 : service.key().protocol();
    for (ServerEntry server : servers) {
      server(server, protocol);
    }
    return columns.drain();
  }

  private String name(ServiceKey key) {
    if (key.isMark()) {
      return "FWM  " + markText(key) + (key.address().isV4() ? "" : " IPv6");
    }
    String protocol = ProtocolText.of(key.protocol());
    Columns name = new Columns().left(protocol, 4).add(" ");
    return name.add(endpoints.formatForList(key.address(), key.port(), key.protocol())).drain();
  }

  /** Marks are printed as signed numbers. */
  static String markText(ServiceKey key) {
    return Integer.toString((int) key.mark());
  }

  private void settings(ServiceSpec spec, IpAddress address) {
    columns.add(" ").add(spec.scheduler());
    String flags = SchedulerFlags.format(spec.flags(), spec.scheduler());
    if (!flags.isEmpty()) {
      columns.add(" (").add(flags).add(")");
    }
    if (spec.has(ServiceSpec.PERSISTENT)) {
      columns.add(" persistent ").add(Integer.toString(spec.timeoutSeconds()));
      String mask = maskText(spec, address);
      if (!mask.isEmpty()) {
        columns.add(" mask ").add(mask);
      }
      if (!spec.engine().isEmpty()) {
        columns.add(" pe ").add(spec.engine());
      }
    }
    if (spec.has(ServiceSpec.ONE_PACKET)) {
      columns.add(" ops");
    }
    if (spec.has(ServiceSpec.PROXY_V2)) {
      columns.add(" proxy-protocol v2");
    }
  }

  /** The netmask unless it is that of a single host. */
  static String maskText(ServiceSpec spec, IpAddress address) {
    if (address.isV4()) {
      return spec.netmask() == -1 ? "" : IpAddress.v4(spec.netmask()).toString();
    }
    return spec.netmask() == 128 ? "" : Integer.toString(spec.netmask());
  }

  private void server(ServerEntry server, int protocol) {
    ServerSpec spec = server.spec();
    columns.add("  -> ");
    columns.left(
        endpoints.formatForList(server.key().address(), server.key().port(), protocol), 28);
    switch (form) {
      case STATS, RATE -> counters(server.statistics(), false);
      case THRESHOLDS ->
          columns.add(" ").left(spec.upperThreshold(), 10).add(" ").left(spec.lowerThreshold(), 10);
      case PERSISTENT_CONN ->
          columns
              .add(" ")
              .left(spec.weight(), 9)
              .add(" ")
              .left(unsigned(server.persistentConnections()), 11);
      case TUN_INFO ->
          columns
              .add(" ")
              .left(methodText(spec.method()), 7)
              .add(" ")
              .left(tunnelText(spec), 13)
              .add(" ")
              .left(spec.weight(), 6);
      case PLAIN ->
          columns.add(" ").left(methodText(spec.method()), 7).add(" ").left(spec.weight(), 6);
    }
    if (form != Form.STATS && form != Form.RATE) {
      columns.add(" ").left(unsigned(server.activeConnections()), 10);
      columns.add(" ").left(unsigned(server.inactiveConnections()), 10);
    }
    columns.end();
  }

  private void counters(Statistics counted, boolean isService) {
    if (form == Form.STATS) {
      counter(counted.connections());
      counter(counted.inPackets());
      counter(counted.outPackets());
      counter(counted.inBytes());
      counter(counted.outBytes());
      return;
    }
    long[] rates = {
      counted.connectionRate(), counted.inPacketRate(), counted.outPacketRate(),
    };
    for (long rate : rates) {
      if (isService) {
        counter(rate);
      } else {
        exactCounter(rate);
      }
    }
    counter(counted.inByteRate());
    counter(counted.outByteRate());
  }

  private void counter(long value) {
    if (isExact || Long.compareUnsigned(value, 100_000_000L) < 0) {
      exactCounter(value);
    } else if (Long.compareUnsigned(value, 1_000_000_000L) < 0) {
      scaledCounter(value, 1_000L, "K");
    } else if (Long.compareUnsigned(value, 100_000_000_000L) < 0) {
      scaledCounter(value, 1_000_000L, "M");
    } else if (Long.compareUnsigned(value, 100_000_000_000_000L) < 0) {
      scaledCounter(value, 1_000_000_000L, "G");
    } else {
      scaledCounter(value, 1_000_000_000_000L, "T");
    }
  }

  private void exactCounter(long value) {
    columns.add(" ").right(Long.toUnsignedString(value), 8);
  }

  private void scaledCounter(long value, long unit, String letter) {
    columns.right(Long.toUnsignedString(Long.divideUnsigned(value, unit)), 8).add(letter);
  }

  private static String unsigned(int value) {
    return Integer.toUnsignedString(value);
  }

  private static String methodText(int method) {
    return switch (method) {
      case ServerSpec.MASQ -> "Masq";
      case ServerSpec.LOCAL -> "Local";
      case ServerSpec.TUNNEL -> "Tunnel";
      case ServerSpec.ROUTE -> "Route";
      case ServerSpec.FULLNAT -> "FullNat";
      default -> "Bypass";
    };
  }

  private static String tunnelText(ServerSpec spec) {
    if (spec.method() != ServerSpec.TUNNEL) {
      return "n/a";
    }
    TunnelType type = TunnelType.numbered(spec.tunnelType());
    String checksum =
        (spec.tunnelFlags() & ServerSpec.TUNNEL_REMOTE_CHECKSUM) != 0
            ? ":r+c"
            : (spec.tunnelFlags() & ServerSpec.TUNNEL_CHECKSUM) != 0 ? ":+c" : ":-c";
    return switch (type) {
      case IPIP -> type.text();
      case GUE -> type.text() + ":" + spec.tunnelPort() + checksum;
      case GRE -> type.text() + checksum;
    };
  }
}
