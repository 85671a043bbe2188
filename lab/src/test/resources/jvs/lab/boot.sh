# Boots systemd on an overlay of this machine in which the package is installed.
# Run by unshare in namespaces of its own; nothing of this machine is written to.
#   $1  an empty folder     $2  the package
set -e
base=$1
root=$base/root
mount -t tmpfs tmpfs "$base"
mkdir "$root" "$base/upper" "$base/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
cp "$2" "$root/tmp/jvs.deb"

ip link set lo up
ip link add eth0 type veth peer name eth1
ip address add 10.0.0.1/24 dev eth0
ip address add 10.0.9.1/32 dev eth0
ip link set eth0 up
ip link set eth1 up

# As apt-get install would on a machine, with a package that it replaces.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
chroot "$root" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -q --no-install-recommends /tmp/jvs.deb
rm "$root/usr/sbin/policy-rc.d"

# No services but ours, and none that wants the hardware.
rm -f "$root"/etc/systemd/system/*.wants/* "$root/etc/ipvsadm.rules"
chroot "$root" systemctl mask systemd-udevd systemd-udev-trigger systemd-journald \
  systemd-journald.socket systemd-journald-dev-log.socket systemd-journal-flush \
  systemd-remount-fs systemd-sysctl systemd-modules-load dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-debug.mount sys-kernel-config.mount sys-kernel-tracing.mount \
  sys-fs-fuse-connections.mount
cd "$root"
exec chroot "$root" env -i container=jvst PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --unit=basic.target --log-target=console
