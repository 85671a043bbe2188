package jvs.bench.wire;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jvs.lab.Await;
import jvs.lab.Background;
import jvs.lab.DirectorProcess;
import jvs.lab.Host;

/** Something that balances a web service. */
enum Balancer {
  /** Nothing: a cable from the client to the server. */
  NONE("none"),
  /** nftables: DNAT by a map of the client's hash, with conntrack. */
  NFT("nftables DNAT"),
  /** JVS, network address translation. */
  JVS_NAT("JVS NAT"),
  /** The same by AF_XDP. */
  JVS_NAT_XDP("JVS NAT, afxdp"),
  /** JVS, direct routing. */
  JVS_DR("JVS DR"),
  /** HAProxy, mode tcp. */
  HAPROXY("HAProxy mode tcp"),
  /** nginx, stream. */
  NGINX("nginx stream");

  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
  private static final String SERVICE = WebLab.VIP + ":80";

  private final String title;

  Balancer(String title) {
    this.title = title;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** Whether it is ours. */
  boolean isJvs() {
    return this == JVS_NAT || this == JVS_NAT_XDP || this == JVS_DR;
  }

  /** Those that this machine has. */
  static List<Balancer> installed() {
    return Stream.of(values()).filter(Balancer::isInstalled).toList();
  }

  boolean isInstalled() {
    return switch (this) {
      case HAPROXY -> isProgram("haproxy");
      case NGINX -> isProgram("nginx") && Files.exists(STREAM_MODULE);
      default -> true;
    };
  }

  private static boolean isProgram(String name) {
    return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }

  /** Whom clients ask. */
  String address() {
    return this == NONE ? WebLab.DIRECT : WebLab.VIP;
  }

  /** Starts it. */
  Contender.Running start(WebLab lab) {
    Host host = lab.balancer();
    return switch (this) {
      case NONE -> new Contender.Running(List.of(), () -> {});
      case NFT -> nft(host);
      case JVS_NAT -> director(host, "afpacket", "-m", () -> {});
      case JVS_NAT_XDP -> director(host, "afxdp", "-m", () -> {});
      case JVS_DR -> {
        lab.answerDirectly(true);
        yield director(host, "afpacket", "-g", () -> lab.answerDirectly(false));
      }
      case HAPROXY -> program(host, "haproxy", List.of("-db", "-f"), haproxy());
      case NGINX -> program(host, "nginx", List.of("-c"), nginx(host));
    };
  }

  private static Contender.Running nft(Host host) {
    host.sysctl("net.ipv4.ip_forward", "1");
    host.attempt(
            List.of("nft", "-f", "-"),
            """
            table ip bench {
              chain prerouting {
                type nat hook prerouting priority dstnat;
                ip daddr %s tcp dport 80 dnat to jhash ip saddr . tcp sport mod 3 map { %s }
              }
            }
            """
                .formatted(WebLab.VIP, map()))
        .orThrow();
    return new Contender.Running(
        List.of(),
        () -> {
          host.run("nft", "delete", "table", "ip", "bench");
          host.sysctl("net.ipv4.ip_forward", "0");
        });
  }

  private static String map() {
    List<String> map = new ArrayList<>();
    for (String server : WebLab.SERVERS) {
      map.add(map.size() + " : " + server);
    }
    return String.join(", ", map);
  }

  private static Contender.Running director(Host host, String port, String method, Runnable after) {
    DirectorProcess director = DirectorProcess.start(host, "--port", port, "--warm-up", "1500");
    List<String> lines = new ArrayList<>(List.of("-A -t " + SERVICE + " -s rr"));
    WebLab.SERVERS.forEach(s -> lines.add("-a -t %s -r %s:80 %s".formatted(SERVICE, s, method)));
    director.restore(lines.toArray(String[]::new));
    return new Contender.Running(
        List.of(director.daemon().pid()),
        () -> {
          director.stop();
          after.run();
        });
  }

  private static Contender.Running program(
      Host host, String name, List<String> options, String configuration) {
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(options);
    command.add(host.file(name + ".conf", configuration).toString());
    Background started = host.start(name, command);
    Await.until(
        name + " serves",
        START_LIMIT,
        () -> host.attempt("curl", "-sf", "http://" + WebLab.VIP).isSuccess());
    List<Long> processes = new ArrayList<>(List.of(started.pid()));
    ProcessHandle.of(started.pid())
        .ifPresent(p -> p.descendants().forEach(child -> processes.add(child.pid())));
    return new Contender.Running(processes, started::stop);
  }

  private static String haproxy() {
    StringBuilder servers = new StringBuilder();
    WebLab.SERVERS.forEach(s -> servers.append("  server s" + s + " " + s + ":80\n"));
    return """
    global
      maxconn 2000
    defaults
      mode tcp
      timeout connect 5s
      timeout client 1h
      timeout server 1h
    listen web
      bind %s
      balance roundrobin
    %s\
    """
        .formatted(SERVICE, servers);
  }

  private static String nginx(Host host) {
    StringBuilder servers = new StringBuilder();
    WebLab.SERVERS.forEach(s -> servers.append("    server " + s + ":80;\n"));
    return """
    load_module %s;
    daemon off;
    user root;
    pid %s/nginx.pid;
    error_log stderr warn;
    events { worker_connections 8192; }
    stream {
      upstream web {
    %s  }
      server { listen %s; proxy_pass web; }
    }
    """
        .formatted(STREAM_MODULE, host.directory(), servers, SERVICE);
  }
}
