package jvs.director.control;

/**
 * A request as far as it matters here.
 *
 * @param method of HTTP
 * @param path decoded, without a query
 * @param body text, empty if there is none
 */
record Request(String method, String path, String body) {}
