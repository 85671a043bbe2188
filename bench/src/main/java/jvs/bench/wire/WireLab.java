package jvs.bench.wire;

import java.nio.file.Path;
import java.util.List;
import jvs.lab.Host;
import jvs.lab.Topology;
import jvs.lab.Transcript;

/**
 * Three machines in a row: the generator, the balancer, and a sink for four servers.
 *
 * <pre>
 * generator 10.1.0.2 ── 10.1.0.1 balancer 10.2.0.1 ── sink 10.2.0.11..14
 *                       VIP 10.1.0.80
 * </pre>
 *
 * <p>Without servers their hardware address is nobody's, so the sink drops at once what arrives and
 * counts it.
 */
final class WireLab implements AutoCloseable {
  static final String VIP = "10.1.0.80";
  static final int PORT = 9000;
  static final List<String> SERVERS = List.of("10.2.0.11", "10.2.0.12", "10.2.0.13", "10.2.0.14");

  /** A hardware address that nobody has. */
  static final String NOBODY = "02:00:00:00:0b:0d";

  private final Topology topology = Topology.create(Transcript.SILENT);
  private final Host generator;
  private final Host balancer;
  private final Host sink;

  /**
   * Builds it.
   *
   * @param hasServers whether the sink has the servers' addresses and answers, for TCP
   */
  WireLab(boolean hasServers) {
    generator = topology.host("generator");
    balancer = topology.host("balancer");
    sink = topology.host("sink");
    topology.cable(generator, "eth0", balancer, "eth0");
    topology.cable(balancer, "eth1", sink, "eth0");
    generator.address("eth0", "10.1.0.2/24");
    balancer.address("eth0", "10.1.0.1/24");
    balancer.address("eth0", VIP + "/32");
    balancer.address("eth1", "10.2.0.1/24");
    sink.address("eth0", "10.2.0.11/24");
    if (hasServers) {
      SERVERS.stream().skip(1).forEach(server -> sink.address("eth0", server + "/24"));
      sink.defaultGateway("10.2.0.1");
      generator.defaultGateway("10.1.0.1");
    } else {
      SERVERS.forEach(server -> neighbour("eth1", server));
      neighbour("eth0", "10.1.0.2");
      balancer.ip("route", "add", "198.18.0.0/15", "via", "10.1.0.2");
    }
  }

  /** One whose frames nobody takes. */
  private void neighbour(String device, String address) {
    balancer.ip("neigh", "replace", address, "lladdr", NOBODY, "dev", device, "nud", "permanent");
  }

  Host sink() {
    return sink;
  }

  Host generator() {
    return generator;
  }

  Host balancer() {
    return balancer;
  }

  Topology topology() {
    return topology;
  }

  /** Hardware address of the balancer's outer interface. */
  String balancerMac() {
    return balancer.run("cat", "/sys/class/net/eth0/address").out().strip();
  }

  /** Frames that have arrived at the sink. */
  long delivered() {
    return Long.parseLong(
        sink.run("cat", "/sys/class/net/eth0/statistics/rx_packets").out().strip());
  }

  /** A folder for files of the run. */
  Path directory() {
    return topology.directory();
  }

  @Override
  public void close() {
    topology.close();
  }
}
