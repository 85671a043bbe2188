package jvs.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import jvs.wire.Memory;
import org.junit.jupiter.params.provider.MethodSource;

/** Any octets as a SIP message: a Call-ID is one of its lines' values, and short. */
class CallIdFuzz {
  static Stream<byte[]> messages() {
    return Stream.of(
            "INVITE sip:x@y SIP/2.0\r\nVia: z\r\nCall-ID: abc@host\r\n\r\n",
            "SIP/2.0 200 OK\ni:abc@host\n",
            "Call-ID : abc")
        .map(message -> message.getBytes(ISO_8859_1));
  }

  @MethodSource("messages")
  @FuzzTest
  void findsWhatIsThere(byte[] message) {
    CallId callId = new CallId();
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(message.length + 1L).address();
      Memory.copy(message, 0, address, message.length);
      Memory.put8(address + message.length, '\n'); // behind the end
      if (callId.read(address, message.length)) {
        String value = new String(callId.copy(), ISO_8859_1);
        assertTrue(!value.isEmpty() && value.length() <= 255, value);
        assertTrue(new String(message, ISO_8859_1).contains(value), value);
        assertTrue(value.chars().noneMatch(c -> c == '\r' || c == '\n'), value);
      }
    }
  }
}
