package jvs.director.control;

import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;

/**
 * Why a request is answered with an error.
 *
 * @param status of HTTP
 * @param errno as the kernel's IPVS would answer, or a name of the same kind
 * @param message names the value and what was expected
 * @param position number of the command in a transaction from 1 on, 0 where there is none
 */
record Refusal(int status, String errno, String message, int position) {
  static final Refusal NOT_PERMITTED =
      new Refusal(
          403, "EPERM", "only root, the director's user and the socket's group may connect");
  static final Refusal MALFORMED = new Refusal(400, "EINVAL", "this is no HTTP/1.1 request");
  static final Refusal INTERNAL = new Refusal(500, "EIO", "internal error, see the director's log");

  Refusal(int status, String errno, String message) {
    this(status, errno, message, 0);
  }

  static Refusal tooMany(int most) {
    return new Refusal(503, "EAGAIN", "more than " + most + " clients of the control socket");
  }

  static Refusal tooLarge(int mostBytes) {
    return new Refusal(413, "EMSGSIZE", "the body is larger than " + mostBytes + " bytes");
  }

  static Refusal tooSlow(long mostMillis) {
    return new Refusal(408, "ETIMEDOUT", "no whole request within " + mostMillis + " ms");
  }

  static Refusal of(IpvsException refused) {
    return new Refusal(
        status(refused.errno()),
        refused.errno().name(),
        String.valueOf(refused.getMessage()),
        refused.position());
  }

  private static int status(Errno errno) {
    return switch (errno) {
      case ENOENT, ESRCH -> 404;
      case EEXIST -> 409;
      case EPERM -> 403;
      case ENOMEM -> 507;
      default -> 400;
    };
  }

  static Refusal noSuchPath(String path) {
    return new Refusal(404, "ENOENT", "there is no '" + path + "' here");
  }

  static Refusal method(String method, String path, String expected) {
    return new Refusal(405, "EOPNOTSUPP", method + " on '" + path + "', expected " + expected);
  }
}
