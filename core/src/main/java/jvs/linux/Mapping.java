package jvs.linux;

/**
 * Anonymous memory from mmap(2), zeroed and committed page by page as it is first touched, on huge
 * pages where the kernel has them. Any thread may use the memory; one closes it.
 */
public final class Mapping implements AutoCloseable {
  private static final long HUGE_PAGE_BYTES = 2L << 20;

  private final long address;
  private final long bytes;
  private final long mapped;
  private final long mappedBytes;
  private boolean isOpen = true;

  /**
   * Maps {@code bytes} bytes.
   *
   * @throws LinuxException if the kernel has not so much address space or memory
   */
  public Mapping(long bytes) {
    this.bytes = bytes;
    Errno errno = new Errno();
    boolean isLarge = bytes >= HUGE_PAGE_BYTES;
    mappedBytes = isLarge ? bytes + HUGE_PAGE_BYTES : bytes;
    mapped =
        LinuxException.check(
            "mmap",
            Libc.mmap(
                errno,
                0,
                mappedBytes,
                Sockets.PROT_READ | Sockets.PROT_WRITE,
                Sockets.MAP_PRIVATE | Sockets.MAP_ANONYMOUS,
                -1,
                0));
    if (isLarge) {
      address = (mapped + HUGE_PAGE_BYTES - 1) & -HUGE_PAGE_BYTES;
      adviseHugePages(address, bytes);
    } else {
      address = mapped;
    }
  }

  /** Asks for huge pages; the kernel may have none, or none for this kind of memory. */
  public static void adviseHugePages(long address, long bytes) {
    Libc.madvise(new Errno(), address, bytes, Sockets.MADV_HUGEPAGE);
  }

  /**
   * Commits all of it now, if the kernel can: a huge page that is touched first may take
   * milliseconds, above all on virtual machines. Any thread, while others use it.
   */
  public void populate() {
    Libc.madvise(new Errno(), address, bytes, Sockets.MADV_POPULATE_WRITE);
  }

  /** First byte; aligned to a page, and to 2 MiB if the mapping is that large. */
  public long address() {
    return address;
  }

  /** Unmaps; idempotent. */
  @Override
  public void close() {
    if (isOpen) {
      isOpen = false;
      Libc.munmap(new Errno(), mapped, mappedBytes);
    }
  }
}
