package jvs.director.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import jvs.flow.TableMemory;
import jvs.flow.TableStore;
import jvs.linux.LinuxException;
import jvs.linux.Mapping;
import jvs.linux.NetworkNamespace;

/**
 * Connection tables in files of a memory file system: the director that takes this one's place,
 * however this one ended, goes on with its connections.
 *
 * <pre>
 *   /dev/shm/jvs-UID-INODE/   of this user and network namespace, mode 0700
 *     identity                what must be the same for the tables to be of use, and the secret
 *     templates, worker-0 …   {@link TableMemory}, sparse
 * </pre>
 *
 * <p>Tables of another boot, namespace, number of workers or capacity are deleted. Whoever uses
 * this holds the {@link NamespaceLock}. One thread.
 */
final class TableFiles implements TableStore {
  private static final String LAYOUT = "jvs tables 2";
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path directory;
  private final long secret;
  private final boolean areInherited;

  private TableFiles(Path directory, long secret, boolean areInherited) {
    this.directory = directory;
    this.secret = secret;
    this.areInherited = areInherited;
  }

  /**
   * Tables of this user and network namespace.
   *
   * @param parent the file system's directory, that others may write to as well
   * @param workers how many tables there will be beside the templates'
   * @param connections capacity of each
   * @throws IOException if they cannot be, with the reason
   */
  static TableFiles in(Path parent, int workers, int connections) throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Object inode = Files.getAttribute(Path.of("/proc/self/ns/net"), "unix:ino");
    Path directory = parent.resolve("jvs-" + uid + "-" + inode);
    makePrivate(directory);
    String identity =
        String.join(" ", LAYOUT, Files.readString(BOOT).strip(), cookie(), "" + workers)
            + " "
            + connections
            + " ";
    Path file = directory.resolve("identity");
    String found = read(file);
    boolean areInherited = found.startsWith(identity);
    if (!areInherited) {
      empty(directory);
      checkRoom(directory, workers * TableMemory.bytes(connections, 0));
      found = identity + new SecureRandom().nextLong();
      Files.writeString(file, found);
    }
    try {
      long secret = Long.parseLong(found.substring(identity.length()));
      return new TableFiles(directory, secret, areInherited);
    } catch (NumberFormatException e) {
      throw new IOException(file + " does not end in a number", e);
    }
  }

  private static void makePrivate(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    PosixFileAttributes attributes =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Path self = Path.of("/proc/self");
    if (!attributes.isDirectory()
        || !attributes.owner().equals(Files.getOwner(self))
        || !PosixFilePermissions.toString(attributes.permissions()).equals("rwx------")) {
      throw new IOException(directory + " is not a directory of this user alone");
    }
  }

  private static String cookie() throws IOException {
    try {
      return Long.toUnsignedString(NetworkNamespace.cookie());
    } catch (LinuxException e) {
      throw new IOException("this kernel does not tell network namespaces apart (5.14 does)", e);
    }
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException none) {
      return "";
    }
  }

  private static void empty(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /** A page that is not there when it is first touched would end the director. */
  private static void checkRoom(Path directory, long bytes) throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable < bytes) {
      throw new IOException(
          "%s has room for %d MiB, not for %d MiB: fewer --connections need less"
              .formatted(directory.getParent(), usable >> 20, bytes >> 20));
    }
  }

  /** A random number that is the same for all directors that use these tables. */
  long secret() {
    return secret;
  }

  /** Whether an earlier director has left them. */
  boolean areInherited() {
    return areInherited;
  }

  /** Where they are. */
  Path directory() {
    return directory;
  }

  @Override
  public TableMemory open(String name, int capacity, int labelBytes) {
    Path file = directory.resolve(name);
    long bytes = TableMemory.bytes(capacity, labelBytes);
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      long address = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena).address();
      Mapping.adviseHugePages(address, bytes);
      return TableMemory.at(address, capacity, arena);
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }
}
