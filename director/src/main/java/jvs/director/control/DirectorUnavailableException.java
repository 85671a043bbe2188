package jvs.director.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** No director could be asked, or it did not answer; the message is one line for people. */
public final class DirectorUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** {@code message} says what is wrong and what to do. */
  public DirectorUnavailableException(String message) {
    super(message);
  }

  /** The socket could not be connected to. */
  static DirectorUnavailableException of(Path socket, IOException e) {
    String problem = String.valueOf(e.getMessage());
    if (problem.contains("Permission denied")) {
      return new DirectorUnavailableException(
          "permission denied for the control socket "
              + socket
              + " (you must be root, the director's user or in its group)");
    }
    if (Files.exists(socket) && !problem.contains("Connection refused")) {
      return new DirectorUnavailableException(
          "cannot reach the director behind " + socket + ": " + problem);
    }
    return new DirectorUnavailableException(
        isOfThisNamespace(socket)
            ? "no director is running in this network namespace (start one with: jvs director)"
            : "no director listens on the control socket " + socket);
  }

  private static boolean isOfThisNamespace(Path socket) {
    try {
      return socket.equals(ControlPath.ofThisNamespace());
    } catch (IOException unknown) {
      return false;
    }
  }
}
