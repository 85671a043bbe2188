package jvs.director.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a director's control socket lies: one for each network namespace. */
public final class ControlPath {
  private static final Path DIRECTORY = Path.of("/run/jvs");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/net");

  private ControlPath() {}

  /** Makes the directory of the namespaces' sockets, unless it is there. */
  public static void makeDirectory() throws IOException {
    if (!Files.isDirectory(DIRECTORY)) {
      Files.createDirectories(
          DIRECTORY,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
  }

  /**
   * Checks that a socket could be made there, before anything else is.
   *
   * @throws IOException if its directory is not there
   */
  public static void check(Path socket) throws IOException {
    Path directory = socket.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new IOException("control socket " + socket + ": there is no directory " + directory);
    }
  }

  /**
   * {@code /run/jvs/INODE.sock}, INODE being that of this process's network namespace.
   *
   * @throws IOException if the system does not tell the namespace
   */
  public static Path ofThisNamespace() throws IOException {
    return of(Files.readSymbolicLink(NAMESPACE).toString());
  }

  /**
   * The same for a namespace as links below /proc/PID/ns name it, {@code net:[INODE]}.
   *
   * @throws IOException if that is none
   */
  public static Path of(String namespace) throws IOException {
    int open = namespace.indexOf('[');
    int close = namespace.indexOf(']', open);
    if (open < 0 || close < 0) {
      throw new IOException("namespace '" + namespace + "', expected net:[INODE]");
    }
    return DIRECTORY.resolve(namespace.substring(open + 1, close) + ".sock");
  }
}
