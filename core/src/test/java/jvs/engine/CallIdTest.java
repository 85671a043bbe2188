package jvs.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallIdTest {
  private final CallId callId = new CallId();

  private boolean read(String message) {
    byte[] octets = message.getBytes(ISO_8859_1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(Math.max(1, octets.length));
      MemorySegment.copy(octets, 0, segment, ValueLayout.JAVA_BYTE, 0, octets.length);
      return callId.read(segment.address(), octets.length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INVITE sip:x@y SIP/2.0\r\nVia: z\r\nCall-ID: abc@host\r\n\r\n",
        "INVITE sip:x@y SIP/2.0\nCALL-id\t:abc@host\n",
        "INVITE sip:x@y SIP/2.0\r\ni:abc@host\r\n",
        "Call-ID: abc@host\r",
      })
  void findsIt(String message) {
    assertTrue(read(message));

    assertEquals("abc@host", new String(callId.copy(), ISO_8859_1));
    assertTrue(callId.is("abc@host".getBytes(ISO_8859_1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not sip at all",
        "X-Call-ID: abc@host\r\n",
        "Call-IDs: abc@host\r\n",
        "Call-I: abc@host\r\n",
        "Call-ID abc@host\r\n",
        "Call-ID:\r\n",
        "Call-ID: abc@host",
        "Call-ID: abc def\r\n",
        "Call-ID:",
        "i",
      })
  void findsNone(String message) {
    assertFalse(read(message));
  }

  @Test
  void mayHaveAtMost255Octets() {
    assertTrue(read("Call-ID: " + "x".repeat(255) + "\r\n"));
    assertFalse(read("Call-ID: " + "x".repeat(256) + "\r\n"));
  }
}
