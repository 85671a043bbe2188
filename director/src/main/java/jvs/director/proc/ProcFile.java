package jvs.director.proc;

import java.util.List;
import java.util.Locale;
import jvs.service.ConnectionEntry;
import jvs.service.IpvsControl;
import jvs.service.ServerEntry;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Statistics;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The files of /proc/net that the kernel's IPVS has, each with its text. */
public enum ProcFile {
  /** Services and servers. */
  IP_VS,
  /** Application helpers; there are none. */
  IP_VS_APP,
  /** Connections and templates. */
  IP_VS_CONN,
  /** The same with their origin. */
  IP_VS_CONN_SYNC,
  /** Counters and rates. */
  IP_VS_STATS,
  /** Counters of each worker, which -Z leaves alone. */
  IP_VS_STATS_PERCPU;

  /** Persistence timeouts are in jiffies there; those of a kernel with HZ=100. */
  private static final int HZ = 100;

  private static final String COUNTERS = "%8X %8X %8X %16X %16X\n";

  /** The file of a name such as {@code ip_vs_conn}, null if there is none. */
  public static @Nullable ProcFile of(String name) {
    for (ProcFile file : values()) {
      if (file.fileName().equals(name)) {
        return file;
      }
    }
    return null;
  }

  /** The name in /proc/net. */
  public String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its present text. */
  public String text(IpvsControl control) {
    return switch (this) {
      case IP_VS -> services(control);
      case IP_VS_APP -> "prot port    usecnt name\n";
      case IP_VS_CONN -> connections(control);
      case IP_VS_CONN_SYNC -> origins(control);
      case IP_VS_STATS -> totals(control);
      case IP_VS_STATS_PERCPU -> workers(control);
    };
  }

  private static String services(IpvsControl control) {
    StringBuilder out = new StringBuilder(1024);
    out.append(
        "IP Virtual Server version 1.2.1 (size=%d)\n".formatted(control.connectionTableSize()));
    out.append("Prot LocalAddress:Port Scheduler Flags\n");
    out.append("  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n");
    for (ServiceEntry service : control.services()) {
      out.append(line(service.key(), service.spec()));
      for (ServerEntry server : control.servers(service.key())) {
        out.append(
            "  -> %s:%04X      %-7s %-6d %-10d %-10d\n"
                .formatted(
                    bracketed(server.key().address()),
                    server.key().port(),
                    method(server.spec().method()),
                    server.spec().weight(),
                    server.activeConnections(),
                    server.inactiveConnections()));
      }
    }
    return out.toString();
  }

  private static String line(ServiceKey key, ServiceSpec spec) {
    boolean isV4 = key.address().isV4();
    String ops = spec.has(ServiceSpec.ONE_PACKET) ? "ops " : "";
    String start =
        key.isMark()
            ? "FWM  %08X %s %s".formatted(key.mark(), spec.scheduler(), ops)
            : "%s  %s:%04X %s %s%s"
                .formatted(
                    protocol(key.protocol()),
                    bracketed(key.address()),
                    key.port(),
                    spec.scheduler(),
                    ops,
                    isV4 ? " " : "");
    if (!spec.has(ServiceSpec.PERSISTENT)) {
      return start + "\n";
    }
    // The kernel swaps the octets of an IPv6 prefix length, too.
    int netmask = isV4 ? spec.netmask() : Integer.reverseBytes(spec.netmask());
    return start
        + "persistent %d %08X\n"
            .formatted((long) spec.timeoutSeconds() * HZ, netmask & 0xffffffffL);
  }

  private static String connections(IpvsControl control) {
    StringBuilder out = new StringBuilder(4096);
    out.append("Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n");
    control.connections(
        entry -> {
          out.append(start(entry)).append(" %7d".formatted(entry.expiresSeconds()));
          if (!entry.engine().isEmpty()) {
            out.append(' ').append(entry.engine()).append(' ').append(entry.engineData());
          }
          out.append('\n');
        });
    return out.toString();
  }

  private static String origins(IpvsControl control) {
    StringBuilder out = new StringBuilder(4096);
    out.append("Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires\n");
    control.connections(
        entry ->
            out.append(start(entry))
                .append(
                    " %-6s %7d\n"
                        .formatted(entry.isSynced() ? "SYNC" : "LOCAL", entry.expiresSeconds())));
    return out.toString();
  }

  private static String start(ConnectionEntry entry) {
    return "%-3s %s %04X %s %04X %s %04X %-11s"
        .formatted(
            protocol(entry.protocol()),
            hex(entry.clientAddress()),
            entry.clientPort(),
            hex(entry.virtualAddress()),
            entry.virtualPort(),
            hex(entry.serverAddress()),
            entry.serverPort(),
            entry.state());
  }

  private static String totals(IpvsControl control) {
    Statistics totals = control.totals();
    return "   Total Incoming Outgoing         Incoming         Outgoing\n"
        + "   Conns  Packets  Packets            Bytes            Bytes\n"
        + counters(totals)
        + "\n Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n"
        + rates(totals);
  }

  private static String workers(IpvsControl control) {
    Statistics totals = control.totals();
    StringBuilder out = new StringBuilder(1024);
    out.append("       Total Incoming Outgoing         Incoming         Outgoing\n");
    out.append("CPU    Conns  Packets  Packets            Bytes            Bytes\n");
    List<Statistics> workers = control.workerTotals();
    for (int i = 0; i < workers.size(); i++) {
      out.append("%3X ".formatted(i)).append(counters(workers.get(i)));
    }
    out.append("  ~ ").append(counters(totals));
    out.append("\n     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n");
    return out.append("    ").append(rates(totals)).toString();
  }

  private static String counters(Statistics sums) {
    return COUNTERS.formatted(
        sums.connections(), sums.inPackets(), sums.outPackets(), sums.inBytes(), sums.outBytes());
  }

  private static String rates(Statistics sums) {
    return COUNTERS.formatted(
        sums.connectionRate(),
        sums.inPacketRate(),
        sums.outPacketRate(),
        sums.inByteRate(),
        sums.outByteRate());
  }

  private static String protocol(int protocol) {
    return switch (protocol) {
      case 0 -> "IP";
      case ServiceKey.TCP -> "TCP";
      case ServiceKey.UDP -> "UDP";
      case ServiceKey.SCTP -> "SCTP";
      default -> "IP_" + protocol;
    };
  }

  private static String method(int method) {
    return switch (method) {
      case ServerSpec.MASQ -> "Masq";
      case ServerSpec.LOCAL -> "Local";
      case ServerSpec.TUNNEL -> "Tunnel";
      case ServerSpec.ROUTE -> "Route";
      case ServerSpec.FULLNAT -> "FullNat";
      default -> "Bypass";
    };
  }

  private static String bracketed(IpAddress address) {
    return address.isV4() ? hex(address) : "[" + hex(address) + "]";
  }

  /** IPv4 as eight digits, IPv6 as eight groups of four. */
  private static String hex(IpAddress address) {
    if (address.isV4()) {
      return "%08X".formatted(address.low());
    }
    String digits = "%016x%016x".formatted(address.high(), address.low());
    return String.join(":", digits.split("(?<=\\G.{4})"));
  }
}
