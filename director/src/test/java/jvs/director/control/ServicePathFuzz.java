package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import jvs.service.IpvsException;
import jvs.service.ServiceKey;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a service's path: refused in words, or read as it is written. */
class ServicePathFuzz {
  private static final int PREFIX = "/services/".length();

  static Stream<byte[]> paths() {
    return Stream.of("tcp/10.0.0.1/80", "udp/fd00::1/53", "mark/5", "mark6/4294967295")
        .map(path -> path.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("paths")
  @FuzzTest
  void refusesOrReads(byte[] octets) {
    String path = new String(octets, StandardCharsets.UTF_8);
    try {
      ServiceKey key = ServicePath.parse(path.split("/", -1));
      assertEquals(key, ServicePath.parse(ServicePath.of(key).substring(PREFIX).split("/", -1)));
    } catch (IpvsException refused) {
      // As it should be.
    }
  }
}
