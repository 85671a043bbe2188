package jvs.director.control;

import java.nio.charset.StandardCharsets;

/**
 * A request as far as it matters here.
 *
 * @param method of HTTP
 * @param path decoded, without a query
 * @param body empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Request(String method, String path, byte[] body) {
  /** The body as text. */
  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
