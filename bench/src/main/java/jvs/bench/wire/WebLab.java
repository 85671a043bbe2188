package jvs.bench.wire;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import jvs.lab.Await;
import jvs.lab.Background;
import jvs.lab.Host;
import jvs.lab.Topology;
import jvs.lab.Transcript;

/**
 * A client, a balancer and a web server that is three real servers; and a cable past the balancer.
 *
 * <pre>
 * client 10.1.0.2 ── 10.1.0.1 balancer 10.2.0.1 ── 10.2.0.11..13 server (nginx)
 *     │              VIP 10.1.0.80                                    │
 *     └─ 10.3.0.2 ──────────────────────────────────────── 10.3.0.1 ──┘
 * </pre>
 */
final class WebLab implements AutoCloseable {
  static final String VIP = "10.1.0.80";
  static final String DIRECT = "10.3.0.1";
  static final List<String> SERVERS = List.of("10.2.0.11", "10.2.0.12", "10.2.0.13");

  private static final Duration START_LIMIT = Duration.ofSeconds(10);

  private final Topology topology = Topology.create(Transcript.SILENT);
  private final Host client;
  private final Host balancer;
  private final Host server;
  private final Background nginx;

  WebLab() {
    client = topology.host("client");
    balancer = topology.host("balancer");
    server = topology.host("server");
    topology.cable(client, "eth0", balancer, "eth0");
    topology.cable(balancer, "eth1", server, "eth0");
    topology.cable(client, "eth1", server, "eth1");
    client.address("eth0", "10.1.0.2/24");
    client.address("eth1", "10.3.0.2/24");
    client.sysctl("net.ipv4.ip_local_port_range", "1024 65535");
    balancer.address("eth0", "10.1.0.1/24");
    balancer.address("eth0", VIP + "/32");
    balancer.address("eth1", "10.2.0.1/24");
    balancer.sysctl("net.ipv4.ip_local_port_range", "1024 65535");
    for (String address : SERVERS) {
      server.address("eth0", address + "/24");
    }
    server.address("eth1", DIRECT + "/24");
    server.defaultGateway("10.2.0.1");
    server.sysctl("net.ipv4.conf.all.arp_ignore", "1");
    server.sysctl("net.ipv4.conf.all.arp_announce", "2");
    server.address("lo", VIP + "/32");
    nginx = startNginx();
  }

  private Background startNginx() {
    Path directory = server.directory();
    String configuration =
        """
        daemon off;
        user root;
        worker_processes 1;
        pid %1$s/pid;
        error_log stderr warn;
        events { worker_connections 8192; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          keepalive_timeout 1h;
          server {
            listen 80 backlog=4096;
            location / { return 200 "ok"; }
          }
        }
        """
            .formatted(directory);
    Path file = server.file("nginx.conf", configuration);
    Background started = server.start("nginx", List.of("nginx", "-c", file.toString()));
    Await.until(
        "nginx listens",
        START_LIMIT,
        () -> server.attempt("curl", "-sf", "http://" + DIRECT).isSuccess());
    return started;
  }

  Host client() {
    return client;
  }

  Host balancer() {
    return balancer;
  }

  /** Lets the server answer past the balancer, or through it. */
  void answerDirectly(boolean isDirect) {
    server.ip("route", isDirect ? "add" : "delete", "10.1.0.2", "via", "10.3.0.2");
  }

  /** The web server and its workers. */
  List<Long> serverProcesses() {
    return ProcessHandle.of(nginx.pid()).stream()
        .flatMap(master -> Stream.concat(Stream.of(master), master.descendants()))
        .map(ProcessHandle::pid)
        .toList();
  }

  @Override
  public void close() {
    topology.close();
  }
}
