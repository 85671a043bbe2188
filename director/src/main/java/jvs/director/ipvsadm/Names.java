package jvs.director.ipvsadm;

import java.nio.file.Path;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Names of hosts and services, and back.
 *
 * <p>Files are read when first needed. One thread.
 */
public final class Names {
  private final Path hostsFile;
  private final Path servicesFile;
  private final @Nullable DomainNames domainNames;
  private @Nullable HostsFile hosts;
  private @Nullable ServicesFile services;

  private Names(Path hostsFile, Path servicesFile, @Nullable DomainNames domainNames) {
    this.hostsFile = hostsFile;
    this.servicesFile = servicesFile;
    this.domainNames = domainNames;
  }

  /** The names of this host: /etc/hosts, then DNS within a short bound; /etc/services. */
  public static Names system() {
    return new Names(Path.of("/etc/hosts"), Path.of("/etc/services"), new DomainNames());
  }

  /** Names from two files alone. */
  public static Names of(Path hostsFile, Path servicesFile) {
    return new Names(hostsFile, servicesFile, null);
  }

  /** The name of a host, or null. */
  @Nullable String hostOf(IpAddress address) {
    String name = hosts().nameOf(address);
    return name == null && domainNames != null ? domainNames.nameOf(address) : name;
  }

  /** The IPv4 address of a host as gethostbyname(3) gives it, or null. */
  @Nullable IpAddress addressOf(String name) {
    if (!HostsFile.isName(name)) {
      return null;
    }
    IpAddress address = hosts().addressOf(name);
    return address == null && domainNames != null ? domainNames.addressOf(name) : address;
  }

  /** The name of a port, or null. */
  @Nullable String serviceOf(int protocol, int port) {
    return services().nameOf(protocol, port);
  }

  /** The number of a port, or -1. */
  public int portOf(int protocol, String service) {
    return services().portOf(protocol, service);
  }

  private HostsFile hosts() {
    if (hosts == null) {
      hosts = HostsFile.read(hostsFile);
    }
    return hosts;
  }

  private ServicesFile services() {
    if (services == null) {
      services = ServicesFile.read(servicesFile);
    }
    return services;
  }
}
