package jvs.director.exec;

/**
 * Numbers of system calls on the kinds of machines that there are; -1 for calls that one has not.
 *
 * @param audit AUDIT_ARCH_* of linux/audit.h
 * @param statBytes length of struct stat
 */
record Machine(
    int audit,
    int seccomp,
    int pidfdOpen,
    int pidfdGetfd,
    int socket,
    int setsockopt,
    int getsockopt,
    int sendto,
    int sendmsg,
    int recvfrom,
    int recvmsg,
    int open,
    int openat,
    int openat2,
    int stat,
    int lstat,
    int newfstatat,
    int statx,
    int access,
    int faccessat,
    int faccessat2,
    int readlink,
    int readlinkat,
    int getxattr,
    int lgetxattr,
    int listxattr,
    int llistxattr,
    int statBytes) {
  private static final Machine X86_64 =
      new Machine(
          0xc000003e,
          317,
          434,
          438,
          41,
          54,
          55,
          44,
          46,
          45,
          47,
          2,
          257,
          437,
          4,
          6,
          262,
          332,
          21,
          269,
          439,
          89,
          267,
          191,
          192,
          194,
          195,
          144);
  private static final Machine AARCH64 =
      new Machine(
          0xc00000b7,
          277,
          434,
          438,
          198,
          208,
          209,
          206,
          211,
          207,
          212,
          -1,
          56,
          437,
          -1,
          -1,
          79,
          291,
          -1,
          48,
          439,
          -1,
          78,
          8,
          9,
          11,
          12,
          128);

  /** This machine. */
  static Machine here() {
    String name = System.getProperty("os.arch", "");
    return switch (name) {
      case "amd64" -> X86_64;
      case "aarch64" -> AARCH64;
      default ->
          throw new ExecException(
              "works on x86-64 and aarch64 only, this is " + name + "; use ipvsadm of JVS there");
    };
  }
}
