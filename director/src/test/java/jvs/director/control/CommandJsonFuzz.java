package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import jvs.service.IpvsException;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a command on the control socket: refused in words, or read as it is written. */
class CommandJsonFuzz {
  private static final ServiceKey SERVICE =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse("10.99.0.1"), 80);
  private static final ServerKey SERVER = new ServerKey(IpAddress.parse("fd00::1"), 80);

  static Stream<byte[]> commands() {
    return Stream.of(
            new ControlCommand.NewService(SERVICE, ServiceSpec.of("wlc")),
            new ControlCommand.NewServer(SERVICE, SERVER, ServerSpec.of(ServerSpec.TUNNEL, 1)),
            new ControlCommand.DeleteServer(ServiceKey.ofMark(5, IpAddress.IPV6), SERVER),
            new ControlCommand.SetTimeouts(new Timeouts(1, 2, 3)),
            new ControlCommand.SetSysctl("drop_packet", "1"),
            new ControlCommand.Zero(null),
            new ControlCommand.Flush())
        .map(command -> text(command).getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ControlCommand command) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      CommandJson.write(out, command);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  @MethodSource("commands")
  @FuzzTest
  void refusesOrReads(byte[] octets) {
    String body = new String(octets, StandardCharsets.UTF_8);
    try {
      ControlCommand command = CommandJson.read(JsonFields.parse(body).getFirst());
      assertEquals(command, CommandJson.read(JsonFields.parse(text(command)).getFirst()));
    } catch (IpvsException refused) {
      // As it should be.
    }
  }
}
