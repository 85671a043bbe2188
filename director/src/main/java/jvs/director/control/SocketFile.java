package jvs.director.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file of a listening socket: made way for, given its permissions, removed at the end. */
final class SocketFile {
  private static final Set<PosixFilePermission> SOCKET_MODE =
      PosixFilePermissions.fromString("rw-rw----");

  private final Path path;
  private final Path unpublished;
  private @Nullable Object identity;

  SocketFile(Path path) {
    this.path = path;
    this.unpublished = path.resolveSibling(path.getFileName() + ".new");
  }

  /**
   * Where to bind: under another name, so that nobody finds the socket before it is protected, and
   * only one of several starting directors comes through.
   */
  Path unpublished() throws IOException {
    ControlPath.check(path);
    makeWay(unpublished);
    return unpublished;
  }

  /**
   * Gives the bound socket its mode, a group if there is one that may use it, and its name, in
   * place of the socket of a director that has died.
   *
   * @throws IOException if a living one listens there, or the path is something else
   */
  void publish(@Nullable String group) throws IOException {
    makeWay(path);
    if (group != null) {
      GroupPrincipal principal =
          path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
      PosixFileAttributeView view =
          Files.getFileAttributeView(
              unpublished, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setGroup(principal);
    }
    Files.setPosixFilePermissions(unpublished, SOCKET_MODE);
    Files.move(unpublished, path, StandardCopyOption.ATOMIC_MOVE);
    identity = attributes(path).fileKey();
  }

  /** Removes the socket, unless another director has put its own there meanwhile. */
  void remove() {
    try {
      if (identity != null && Objects.equals(identity, attributes(path).fileKey())) {
        Files.deleteIfExists(path);
      }
    } catch (IOException alreadyGone) {
      // Nothing is left to remove.
    }
  }

  private static void makeWay(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!attributes(file).isOther()) {
      throw new IOException("the control socket " + file + " exists and is no socket");
    }
    if (isAnswered(file)) {
      throw new IOException("a director already listens on the control socket " + file);
    }
    Files.deleteIfExists(file);
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isAnswered(Path file) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(file));
    } catch (IOException refused) {
      return false;
    }
  }
}
