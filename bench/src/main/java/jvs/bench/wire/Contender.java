package jvs.bench.wire;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jvs.lab.Await;
import jvs.lab.Background;
import jvs.lab.DirectorProcess;
import jvs.lab.Host;

/** Something that forwards the generator's packets to the servers. */
enum Contender {
  /** Nothing: the packets end at the first machine, for a hardware address that is not there. */
  NOBODY("nobody"),
  /** The kernel's routing, to the servers' own addresses. */
  ROUTING("kernel routing"),
  /** nftables: DNAT by a map of the client's hash, with conntrack. */
  NFT("nftables DNAT"),
  /** JVS. */
  AFXDP("JVS afxdp", "afxdp"),
  /** JVS with the program in the driver. */
  AFXDP_NATIVE("JVS afxdp,mode=native", "afxdp,mode=native"),
  /** JVS. */
  AFPACKET("JVS afpacket", "afpacket"),
  /** JVS, receiving in blocks. */
  AFPACKET_V3("JVS afpacket,rx=v3", "afpacket,rx=v3"),
  /** JVS on libpcap. */
  PCAP("JVS pcap", "pcap"),
  /** What one writes first with pcap4j. */
  NEXT_RAW("pcap4j getNextRawPacket"),
  /** HAProxy in mode tcp: two connections for one. */
  HAPROXY("HAProxy mode tcp"),
  /** nginx, UDP. */
  NGINX("nginx stream");

  private static final String ENDPOINT = WireLab.VIP + ":" + WireLab.PORT;

  /** What a started contender is: its processes, and how it ends. */
  record Running(List<Long> processes, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  private final String title;
  private final String port;

  Contender(String title) {
    this(title, "");
  }

  Contender(String title, String port) {
    this.title = title;
    this.port = port;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** Whether it is ours. */
  boolean isJvs() {
    return !port.isEmpty();
  }

  /** Where the generator's packets go. */
  String destination() {
    return this == ROUTING ? WireLab.SERVERS.getFirst() : WireLab.VIP;
  }

  /** Starts it on the lab's balancer. */
  Running start(WireLab lab) {
    Host host = lab.balancer();
    return switch (this) {
      case NOBODY -> new Running(List.of(), () -> {});
      case ROUTING -> {
        host.sysctl("net.ipv4.ip_forward", "1");
        yield new Running(List.of(), () -> host.sysctl("net.ipv4.ip_forward", "0"));
      }
      case NFT -> {
        host.sysctl("net.ipv4.ip_forward", "1");
        host.attempt(List.of("nft", "-f", "-"), rules()).orThrow();
        yield new Running(
            List.of(),
            () -> {
              host.run("nft", "delete", "table", "ip", "bench");
              host.sysctl("net.ipv4.ip_forward", "0");
            });
      }
      case HAPROXY -> haproxy(lab);
      case NGINX -> nginx(host);
      case NEXT_RAW -> nextRaw(host);
      default -> director(host);
    };
  }

  private static String rules() {
    List<String> map = new ArrayList<>();
    for (int i = 0; i < WireLab.SERVERS.size(); i++) {
      map.add(i + " : " + WireLab.SERVERS.get(i));
    }
    return """
    table ip bench {
      chain prerouting {
        type nat hook prerouting priority dstnat;
        ip daddr %s meta l4proto { tcp, udp } th dport %d dnat to jhash ip saddr . th sport mod %d map { %s }
      }
    }
    """
        .formatted(WireLab.VIP, WireLab.PORT, WireLab.SERVERS.size(), String.join(", ", map));
  }

  private Running director(Host host) {
    // Warmed up as by default, which the lab's directors are not.
    DirectorProcess director =
        DirectorProcess.start(host, "--port", port, "--tables", "none", "--warm-up", "1500");
    List<String> lines = new ArrayList<>();
    for (String service : List.of("-u " + ENDPOINT, "-t " + ENDPOINT)) {
      lines.add("-A " + service + " -s rr");
      WireLab.SERVERS.forEach(s -> lines.add("-a " + service + " -r " + s + ":9000 -m"));
    }
    director.restore(lines.toArray(String[]::new));
    return new Running(List.of(director.daemon().pid()), director::stop);
  }

  private static Running nextRaw(Host host) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                NextRawForwarder.class.getName(),
                "eth0",
                "eth1",
                WireLab.VIP,
                WireLab.NOBODY));
    command.addAll(WireLab.SERVERS);
    Background forwarder = host.start("next-raw", command);
    forwarder.awaitLine("ready", Duration.ofSeconds(20));
    return new Running(List.of(forwarder.pid()), forwarder::kill);
  }

  private static Running haproxy(WireLab lab) {
    StringBuilder config =
        new StringBuilder(
            """
            global
              maxconn 1000
            defaults
              mode tcp
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            listen bench
              bind %s
              balance roundrobin
            """
                .formatted(ENDPOINT));
    WireLab.SERVERS.forEach(s -> config.append("  server %s %s:9000\n".formatted(s, s)));
    Host host = lab.balancer();
    Path file = host.file("haproxy.cfg", config.toString());
    Background haproxy = host.start("haproxy", List.of("haproxy", "-db", "-f", file.toString()));
    return new Running(List.of(haproxy.pid()), haproxy::kill);
  }

  private static Running nginx(Host host) {
    StringBuilder servers = new StringBuilder();
    WireLab.SERVERS.forEach(s -> servers.append("    server " + s + ":9000;\n"));
    String config =
        """
        load_module %s;
        daemon off;
        user root;
        pid %s/nginx.pid;
        error_log stderr crit;
        worker_rlimit_nofile 20000;
        events { worker_connections 19000; }
        stream {
          upstream sink {
        %s  }
          server { listen %s udp; proxy_pass sink; proxy_responses 0; proxy_timeout 5s; }
        }
        """
            .formatted(Balancer.STREAM_MODULE, host.directory(), servers, ENDPOINT);
    Path file = host.file("nginx.conf", config);
    Background nginx = host.start("nginx", List.of("nginx", "-c", file.toString()));
    Await.until(
        "nginx listens",
        Duration.ofSeconds(10),
        () -> host.run("ss", "-lun").out().contains(ENDPOINT));
    List<Long> processes = new ArrayList<>(List.of(nginx.pid()));
    ProcessHandle.of(nginx.pid())
        .ifPresent(p -> p.descendants().forEach(child -> processes.add(child.pid())));
    return new Running(processes, nginx::stop);
  }

  /** Those whose price is measured. */
  static Stream<Contender> ofPrice() {
    return Stream.of(values()).filter(contender -> contender != HAPROXY && contender != NGINX);
  }

  /** Those of which it is measured how much they deliver when too much comes. */
  static List<Contender> ofDelivery() {
    Stream<Contender> ours = Stream.of(NOBODY, NFT, AFXDP, AFPACKET, AFPACKET_V3);
    return Balancer.NGINX.isInstalled()
        ? Stream.concat(ours, Stream.of(NGINX)).toList()
        : ours.toList();
  }

  /** Those that carry TCP to the servers and back. */
  static List<Contender> ofBulk() {
    return List.of(NFT, AFPACKET, AFXDP, HAPROXY);
  }
}
