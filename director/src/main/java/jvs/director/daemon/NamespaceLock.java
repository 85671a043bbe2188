package jvs.director.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jvs.director.control.ControlPath;

/**
 * One director for each network namespace, whatever its control socket: a lock that dies with its
 * process, in a file beside the namespace's own socket.
 */
final class NamespaceLock implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  /**
   * Takes the namespace.
   *
   * @throws DaemonException if another director has it, or the directory is not ours to write to
   */
  NamespaceLock() throws IOException {
    Path socket = ControlPath.ofThisNamespace();
    file = socket.resolveSibling(socket.getFileName() + ".lock");
    try {
      ControlPath.makeDirectory();
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (AccessDeniedException e) {
      throw new DaemonException(
          "no permission to write to " + file.getParent() + "; run it as root", e);
    }
    if (channel.tryLock() == null) {
      channel.close();
      throw new DaemonException("another director runs in this network namespace already");
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    channel.close();
  }
}
