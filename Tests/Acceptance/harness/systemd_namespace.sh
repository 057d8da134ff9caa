#!/usr/bin/env bash
# Boots a real systemd as PID 1 of namespaces of its own, on an overlay over this machine's root: whatever it writes
# goes to memory and is gone when it ends. Needs root, util-linux and the package systemd; no download, no image.
#
# Usage: systemd_namespace.sh NAME OVERLAY   OVERLAY is a folder whose content is laid over the new root.
# Runs until that systemd ends. Enter it through the only child of this process.
set -euo pipefail

name=$1
export SPINE_NAME=$1 SPINE_OVERLAY=$2

# systemd moves every process that it finds in its control group's root; so it gets a group of its own first.
groups=/sys/fs/cgroup/unified
[ -d "$groups" ] || groups=/sys/fs/cgroup
mkdir -p "$groups/$name"
echo $$ >"$groups/$name/cgroup.procs"

exec unshare --fork --pid --mount --uts --ipc --cgroup --kill-child --propagation private bash -euc '
    base=/mnt
    root=$base/root
    mount -t tmpfs -o mode=755 spine $base
    mkdir $base/upper $base/work $root
    mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" $root
    # /lib is a link to /usr/lib, and stays one.
    tar --create --directory="$SPINE_OVERLAY" . |
        tar --extract --directory=$root --keep-directory-symlink --no-overwrite-dir --no-same-owner

    # This machine'"'"'s own services stay off; only what the target below names is started.
    rm -rf $root/etc/systemd/system/*.wants $root/run/systemd
    tr -d - </proc/sys/kernel/random/uuid >$root/etc/machine-id
    cat >$root/etc/systemd/system/spine.target <<UNIT
[Unit]
Requires=systemd-journald.socket sysinit.target basic.target
After=basic.target
AllowIsolate=yes
UNIT
    for unit in systemd-sysctl.service systemd-modules-load.service systemd-udevd.service systemd-udev-trigger.service \
        systemd-timesyncd.service systemd-resolved.service systemd-networkd.service systemd-firstboot.service \
        systemd-pstore.service systemd-random-seed.service systemd-hwdb-update.service systemd-binfmt.service \
        systemd-machine-id-commit.service systemd-journald-audit.socket systemd-tmpfiles-clean.timer getty.target \
        proc-sys-fs-binfmt_misc.automount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
        dev-hugepages.mount dev-mqueue.mount; do
        ln -sf /dev/null $root/etc/systemd/system/$unit
    done

    mount -t proc proc $root/proc
    mount --bind $root/proc/sys $root/proc/sys
    mount -o remount,ro,bind $root/proc/sys
    mount -t sysfs -o ro sysfs $root/sys
    mount -t tmpfs -o mode=755 devices $root/dev
    for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
        set -- $device
        mknod -m 666 $root/dev/$1 c $2 $3
    done
    ln -s /proc/self/fd $root/dev/fd
    for number in 0:stdin 1:stdout 2:stderr; do ln -s fd/${number%:*} $root/dev/${number#*:}; done
    mkdir $root/dev/pts $root/dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts $root/dev/pts
    ln -s pts/ptmx $root/dev/ptmx
    mount -t tmpfs shm $root/dev/shm
    mount -t tmpfs -o mode=755 run $root/run
    mount -t tmpfs -o mode=1777 tmp $root/tmp
    mount -t cgroup2 cgroup2 $root/sys/fs/cgroup

    hostname "$SPINE_NAME"
    cd $root
    mkdir -p mnt/old
    pivot_root . mnt/old
    cd /
    umount -l /mnt/old
    exec env -i container=spine PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        /lib/systemd/systemd --system --unit=spine.target --show-status=0 --log-target=journal --log-level=notice
'
