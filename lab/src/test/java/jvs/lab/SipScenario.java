package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Telephone calls of sipp: the engine {@code sip} keeps a call on one server by its Call-ID,
 * whatever port its requests come from.
 */
final class SipScenario {
  @RegisterExtension static final LabExtension LAB = LabExtension.directRouting();

  private static final int SIP_PORT = 5060;
  private static final int CALLS = 9;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Pattern METHOD = Pattern.compile("(INVITE|ACK|BYE) sip:");
  private static final Pattern CALL = Pattern.compile("Call-ID: (\\S+)");

  private final List<Background> servers = new ArrayList<>();

  @BeforeEach
  void startServers() {
    assumeTrue(Command.find("sipp").isPresent(), "sipp is not installed (sip-tester)");
    Lab lab = LAB.lab();
    for (Host server : lab.servers()) {
      String[] command = {"sipp", "-sn", "uas", "-i", lab.vip(), "-p", "" + SIP_PORT, "-nostdin"};
      servers.add(server.start("sipp", List.of(command)));
      Await.until(
          "sipp listens on " + server.role(),
          LIMIT,
          () -> server.probe("ss", "-Hlun", "sport = :" + SIP_PORT).out().contains(lab.vip()));
    }
  }

  @AfterEach
  void stopServers() {
    servers.forEach(Background::kill);
  }

  @Test
  void aCallStaysOnItsServerThoughItHangsUpFromAnotherPort() {
    LAB.rules(service("-p 60 --pe sip -o"));
    Map<String, Sniffer> sniffers = new TreeMap<>();
    for (Host server : LAB.lab().servers()) {
      String filter = "udp dst port " + SIP_PORT;
      sniffers.put(server.role(), Sniffer.on(server, "eth0", filter, "-A", "-Q", "in"));
    }

    sipp("invite", 5061, request("INVITE", 1) + answered() + request("ACK", 1));
    // sipp answers where the call came from, so nobody hears the answer on the other port.
    sipp("bye", 5062, request("BYE", 2));
    Await.until(
        "every request arrives somewhere",
        LIMIT,
        () -> requests(sniffers).values().stream().mapToInt(Set::size).sum() == 3 * CALLS);
    sniffers.values().forEach(Sniffer::close);

    Map<String, Set<String>> expected = new TreeMap<>();
    for (int call = 1; call <= CALLS; call++) {
      // Round robin, the server that was added last first.
      String server = "server" + (3 - (call - 1) % 3);
      expected.put("call-" + call, Set.of(server + " ACK", server + " BYE", server + " INVITE"));
    }
    assertEquals(expected, requests(sniffers));
  }

  private static String[] service(String options) {
    Lab lab = LAB.lab();
    String service = "-u " + Lab.endpoint(lab.vip(), SIP_PORT);
    List<String> lines = new ArrayList<>(List.of("-A " + service + " -s rr " + options));
    for (String address : lab.serverAddresses()) {
      lines.add("-a " + service + " -g -r " + Lab.endpoint(address, SIP_PORT));
    }
    return lines.toArray(String[]::new);
  }

  /** Which server heard which request of which call. */
  private static Map<String, Set<String>> requests(Map<String, Sniffer> sniffers) {
    Map<String, Set<String>> requests = new TreeMap<>();
    sniffers.forEach((server, sniffer) -> collect(requests, server, sniffer));
    return requests;
  }

  private static void collect(Map<String, Set<String>> requests, String server, Sniffer sniffer) {
    String method = "";
    for (String line : sniffer.lines()) {
      Matcher request = METHOD.matcher(line);
      Matcher call = CALL.matcher(line);
      if (request.find()) {
        method = request.group(1);
      } else if (call.find()) {
        requests.computeIfAbsent(call.group(1), _ -> new TreeSet<>()).add(server + " " + method);
      }
    }
  }

  /** Plays a part of all calls, whose Call-IDs are the same in every part. */
  private static void sipp(String name, int port, String steps) {
    Lab lab = LAB.lab();
    String xml =
        "<?xml version=\"1.0\"?>\n<scenario name=\"" + name + "\">\n" + steps + "</scenario>";
    String file = lab.client().file(name + ".xml", xml).toString();
    lab.client()
        .run(
            "sipp",
            Lab.endpoint(lab.vip(), SIP_PORT),
            "-sf",
            file,
            "-i",
            lab.clientAddress(),
            "-p",
            "" + port,
            "-cid_str",
            "call-%u",
            "-m",
            "" + CALLS,
            "-timeout",
            "20",
            "-timeout_error",
            "-nostdin");
  }

  private static String request(String method, int sequence) {
    return """
    <send><![CDATA[
      %1$s sip:lab@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
      From: client <sip:client@[local_ip]>;tag=[call_number]
      To: lab <sip:lab@[remote_ip]>
      Call-ID: [call_id]
      CSeq: %2$d %1$s
      Contact: sip:client@[local_ip]:[local_port]
      Max-Forwards: 70
      Content-Length: 0

    ]]></send>
    """
        .formatted(method, sequence);
  }

  private static String answered() {
    return """
    <recv response="100" optional="true"/>
    <recv response="180" optional="true"/>
    <recv response="200"/>
    """;
  }
}
