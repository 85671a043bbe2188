package jvs.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs that real servers run; they answer {@code GET /} with "server" and their number. */
public final class RealServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private RealServer() {}

  /** Where nginx is, if it is installed. */
  static Optional<Path> nginx() {
    return Command.find("nginx");
  }

  /** Starts a web server on every server of the lab: nginx, or our own if there is none. */
  public static void startWeb(Lab lab) {
    if (nginx().isPresent()) {
      startNginx(lab, "");
    } else {
      startOwn(lab);
    }
  }

  /** Starts nginx on every server of the lab, with HTTPS on port 443, too; needs openssl. */
  static void startSecureWeb(Lab lab) {
    Path key = lab.topology().directory().resolve("key.pem");
    Path certificate = key.resolveSibling("certificate.pem");
    String request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1";
    List<String> command = new ArrayList<>(List.of(request.split(" ", -1)));
    command.addAll(List.of("-subj", "/CN=" + lab.vip(), "-keyout", "" + key));
    command.addAll(List.of("-out", "" + certificate));
    Command.run(command, "").orThrow();
    String secure =
        "listen 443 ssl; ssl_certificate %s; ssl_certificate_key %s;".formatted(certificate, key);
    startNginx(lab, secure);
  }

  /** Starts our own HTTP and UDP server on every server of the lab. */
  static void startOwn(Lab lab) {
    startOwn(lab, Lab.HTTP_PORT, Lab.UDP_PORT);
  }

  /** The same on other ports, beside what is there already. */
  static void startOwn(Lab lab, int httpPort, int udpPort) {
    List<Background> started = new ArrayList<>();
    for (int i = 0; i < lab.servers().size(); i++) {
      List<String> addresses = new ArrayList<>(List.of(lab.serverAddresses().get(i)));
      if (lab.holdsVip()) {
        addresses.add(lab.vip());
      }
      started.add(startOwn(lab.servers().get(i), name(i), httpPort, udpPort, addresses));
    }
    started.forEach(server -> server.awaitLine("ready", START_LIMIT));
  }

  /** Starts our own server; it is ready when it says so. UDP is on {@code addresses} only. */
  static Background startOwn(
      Host host, String name, int httpPort, int udpPort, List<String> addresses) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                classPath(),
                HttpServerMain.class.getName(),
                name,
                String.valueOf(httpPort),
                String.valueOf(udpPort)));
    command.addAll(addresses);
    return host.start("http", command);
  }

  /** Starts our own HTTP and UDP server for every server of the lab, in this program. */
  static void serve(Lab lab) {
    for (int i = 0; i < lab.servers().size(); i++) {
      String name = name(i);
      String own = lab.serverAddresses().get(i);
      List<String> addresses = lab.holdsVip() ? List.of(own, lab.vip()) : List.of(own);
      HttpServerMain server =
          NamespaceCall.in(
              lab.servers().get(i),
              () -> HttpServerMain.open(name, Lab.HTTP_PORT, Lab.UDP_PORT, addresses));
      lab.topology().endsWith(server);
    }
  }

  /** Lets every server of the lab unpack what comes through tunnels. */
  static List<Decapsulator> unpack(Lab lab) {
    List<Decapsulator> decapsulators = new ArrayList<>();
    for (int i = 0; i < lab.servers().size(); i++) {
      Decapsulator made = Decapsulator.start(lab.servers().get(i), lab.serverAddresses().get(i));
      lab.topology().endsWith(made);
      decapsulators.add(made);
    }
    return decapsulators;
  }

  /**
   * Starts nginx, which must be there, on every server of the lab; {@code more} is for its site.
   */
  static void startNginx(Lab lab, String more) {
    Path nginx = nginx().orElseThrow();
    List<Path> pidFiles = new ArrayList<>();
    for (int i = 0; i < lab.servers().size(); i++) {
      Host server = lab.servers().get(i);
      Path directory = server.directory();
      String configuration =
          """
          daemon off;
          worker_processes 1;
          pid %1$s/nginx.pid;
          error_log stderr;
          events { worker_connections 1024; }
          http {
            access_log off;
            client_body_temp_path %1$s/body;
            proxy_temp_path %1$s/proxy;
            fastcgi_temp_path %1$s/fastcgi;
            uwsgi_temp_path %1$s/uwsgi;
            scgi_temp_path %1$s/scgi;
            server {
              listen %2$d; %4$s
              location / { default_type text/plain; return 200 "%3$s\\n"; }
            }
          }
          """
              .formatted(directory, Lab.HTTP_PORT, name(i), more);
      Path file = server.file("nginx.conf", configuration);
      server.start("nginx", List.of(nginx.toString(), "-p", directory + "/", "-c", "" + file));
      pidFiles.add(directory.resolve("nginx.pid"));
    }
    // nginx writes the file after it has opened its sockets.
    Await.until("nginx has started", START_LIMIT, () -> pidFiles.stream().allMatch(Files::exists));
  }

  private static String name(int index) {
    return "server " + (index + 1);
  }

  private static String classPath() {
    return Path.of(
            HttpServerMain.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }
}
