package jvs.schedulers;

import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Choice for choice and counter for counter as the kernel that was recorded. */
class RecordingsTest {
  @TestFactory
  Stream<DynamicTest> choosesAsTheKernelForIpv4() throws IOException {
    return cases("/golden/schedulers.jsonl.gz");
  }

  @TestFactory
  Stream<DynamicTest> choosesAsTheKernelForIpv6() throws IOException {
    return cases("/golden/schedulers_v6.jsonl.gz");
  }

  private static Stream<DynamicTest> cases(String resource) throws IOException {
    InputStream packed =
        Objects.requireNonNull(RecordingsTest.class.getResourceAsStream(resource), resource);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> new RecordedCase(JsonParser.parseString(line).getAsJsonObject()))
          .map(recorded -> DynamicTest.dynamicTest(recorded.name(), recorded::replay))
          .toList()
          .stream();
    }
  }
}
