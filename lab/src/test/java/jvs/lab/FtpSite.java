package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** vsftpd with the same files on every server of a lab, and clients that fetch them. */
final class FtpSite {
  static final int FILE_BYTES = 3_000_000;

  private FtpSite() {}

  /** Starts it; the file {@code who} names the server. */
  static void serve(Lab lab) {
    lab.topology().directory().toFile().setExecutable(true, false);
    byte[] content = new byte[FILE_BYTES];
    new Random(1).nextBytes(content);
    try {
      for (int i = 0; i < lab.servers().size(); i++) {
        startVsftpd(lab.servers().get(i), i + 1, content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void startVsftpd(Host server, int number, byte[] content) throws IOException {
    server.directory().toFile().setExecutable(true, false);
    Path files = Files.createDirectory(server.directory().resolve("ftp"));
    Path jail = Files.createDirectory(server.directory().resolve("empty"));
    Files.writeString(files.resolve("who"), "server " + number + "\n");
    Files.write(files.resolve("content"), content);
    Path configuration =
        server.file(
            "vsftpd.conf",
            """
            listen_ipv6=YES
            background=NO
            anonymous_enable=YES
            no_anon_password=YES
            anon_root=%s
            secure_chroot_dir=%s
            connect_from_port_20=YES
            seccomp_sandbox=NO
            """
                .formatted(files, jail));
    server.start("vsftpd", List.of("vsftpd", configuration.toString()));
    Await.until(
        "vsftpd listens",
        Duration.ofSeconds(10),
        () -> server.probe("ss", "-Hltn", "sport = :21").out().contains(":21"));
  }

  /** What curl prints; without skipping the address that the server announces. */
  static CommandResult curl(Lab lab, String options, String url) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20"));
    command.add("--no-ftp-skip-pasv-ip");
    command.addAll(List.of(options.split(" ")));
    command.add(url);
    return lab.client().run(command.toArray(String[]::new));
  }

  /** Fetches a large file and a listing. */
  static void assertTransfers(Lab lab, String options, String host) throws IOException {
    Path copy = lab.client().directory().resolve("copy");
    String url = "ftp://" + host + "/";

    curl(lab, options + " -o " + copy, url + "content");
    String list = curl(lab, options, url).out();

    assertEquals(-1, Files.mismatch(copy, contentFile(lab)));
    assertTrue(list.contains(FILE_BYTES + " "), list);
    assertTrue(list.contains("content"), list);
  }

  private static Path contentFile(Lab lab) {
    return lab.servers().getFirst().directory().resolve("ftp/content");
  }

  /** Which server all transfers of a session came from, passive and active ones. */
  static String session(Lab lab, String clientAddress) {
    String script =
        ("set net:socket-bind-ipv4 %s; set net:timeout 10; set net:max-retries 1;"
                + " set ftp:fix-pasv-address no; set ftp:prefer-epsv no; open %s; cat who; cat who;"
                + " set ftp:passive-mode off; cat who; cat who")
            .formatted(clientAddress, lab.vip());
    List<String> command = List.of("lftp", "-c", script);
    CommandResult result = lab.client().run(command.toArray(String[]::new));
    List<String> answers = result.out().lines().filter(l -> l.startsWith("server ")).toList();
    assertEquals(4, answers.size(), result.out());
    assertEquals(1, answers.stream().distinct().count(), result.out());
    return answers.getFirst();
  }
}
