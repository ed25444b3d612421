import Foundation
import Foundations
import Testing

/// What these tests need beside a machine of their own.
private let needs = ["setpriv", "openssl"]

/// A server that cannot start says why, and what to do, in one sentence.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: OwnMachine.missing(also: needs).isEmpty,
    "needs \(OwnMachine.missing(also: needs).joined(separator: ", "))"))
struct StartFaultTests {
  @Test("what a machine lacks is named with the fix, and the machine is left as it was")
  func machine() async throws {
    try await Self.expect(
      #"""
      # A place from which any user may run it.
      touch /usr/local/bin/martlet
      mount --bind "$martlet" /usr/local/bin/martlet
      martlet=/usr/local/bin/martlet
      without() { mount --bind /dev/null "$1"; }

      fails 'run as root' setpriv --reuid=65534 --regid=65534 --clear-groups
      fails 'lacks CAP_NET_ADMIN, CAP_MKNOD' setpriv --bounding-set=-net_admin,-mknod
      for program in containerd runc nft; do
        place=$(readlink -f "$(command -v $program)")
        without "$place"
        fails "$program is not installed: run apt-get install"
        umount "$place"
      done
      for place in /usr/lib/cni /opt/cni/bin /usr/libexec/cni; do
        [ ! -d $place ] || mount -t tmpfs tmpfs $place
      done
      fails 'apt-get install containernetworking-plugins'
      for place in /usr/lib/cni /opt/cni/bin /usr/libexec/cni; do
        [ ! -d $place ] || umount $place
      done
      fails 'bridge is in none of /nowhere' env MARTLET_CNI_BIN_DIR=/nowhere
      fails 'no container runtime at /run/none.sock' env MARTLET_CRI_SOCKET=/run/none.sock
      for port in 6443:api-port 10250:kubelet-port 10053:dns-port; do
        busybox httpd -f -p ${port%:*} -h /run & taker=$!
        until ss -ltn | grep -q ":${port%:*} "; do sleep 0.05; done
        fails "${port%:*}/tcp, the port of"
        fails "choose another port with --${port#*:}"
        kill $taker; wait $taker 2>/dev/null || true
      done
      untouched
      """#, name: "lacks")
  }

  @Test("a directory that takes no writes is named with the fix, however far the start came")
  func disk() async throws {
    try await Self.expect(
      #"""
      mkdir /var/lib/martlet
      mount -t tmpfs -o ro tmpfs /var/lib/martlet
      fails 'choose a directory on a file system that can be written'
      umount /var/lib/martlet
      # Each is full a little later: at the first directory, among the keys, in the database.
      for free in 4 8 32 64 96 128 192; do
        mount -t tmpfs -o size=$((free))k tmpfs /var/lib/martlet
        fails 'free some space'
        nothing_runs
        umount /var/lib/martlet
      done
      : >/run/file
      fails 'a part of the path is a file' env MARTLET_DATA_DIR=/run/file/data
      """#, name: "disk")
  }

  @Test("state that is damaged, or that the clock contradicts, is named with the fix and kept")
  func state() async throws {
    try await Self.expect(
      #"""
      start
      for n in $(seq 40); do
        echo ---
        echo "{apiVersion: v1, kind: ConfigMap, metadata: {name: m$n}, data: {a: $(
          head -c 6000 /dev/zero | tr '\0' x)}}"
      done >"$work/maps"
      kubectl create -f "$work/maps" >/dev/null
      fails "another server (process $server) runs in the same directories"
      end
      store=/var/lib/martlet/store/store.sqlite pki=/var/lib/martlet/pki
      cp -a /var/lib/martlet "$work/kept"
      again() { rm -rf $store* $pki; cp -a "$work"/kept/store/* /var/lib/martlet/store/
        cp -a "$work/kept/pki" $pki; }

      printf 'no database at all' | dd of=$store conv=notrunc status=none
      fails "the database $store is damaged"
      fails 'restore it from a backup, or move it away to start with an empty cluster'
      cmp $store "$work/kept/store/store.sqlite" >/dev/null && exit 1  # nothing was "repaired"
      again
      dd if=/dev/urandom of=$store bs=4096 seek=2 count=20 conv=notrunc status=none
      fails "the database $store is damaged"
      again
      truncate -s 20000 $store
      fails "the database $store is damaged"
      again

      touch -d '+2 days' $store
      fails "$store was last written at"
      fails 'set the clock'
      again
      openssl req -new -key $pki/ca.key -subj /CN=martlet-ca -out "$work/request"
      cat >"$work/ca.conf" <<END
      [ca]
      default_ca = own
      [own]
      database = $work/index
      new_certs_dir = $work
      rand_serial = yes
      default_md = sha256
      policy = any
      x509_extensions = authority
      [any]
      commonName = supplied
      [authority]
      basicConstraints = critical,CA:TRUE
      keyUsage = critical,digitalSignature,keyCertSign,cRLSign
      END
      valid() {
        : >"$work/index"
        openssl ca -batch -notext -config "$work/ca.conf" ${3:--selfsign -keyfile $pki/ca.key} \
          -in "$work/request" -startdate $1 -enddate $2 -out $pki/ca.crt 2>"$work/openssl"
      }
      valid 20980101000000Z 20990101000000Z
      fails "but the CA certificate $pki/ca.crt begins at 2098-01-01T00:00:00Z: set the clock"
      # One of the cluster's own that ended is made again under the same key; another's cannot be.
      valid 20200101000000Z 20210101000000Z
      start
      end
      openssl x509 -in $pki/ca.crt -noout -checkend 315360000
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=company \
        -keyout "$work/company.key" -out "$work/company.crt" 2>/dev/null
      valid 20200101000000Z 20210101000000Z "-cert $work/company.crt -keyfile $work/company.key"
      fails "the CA certificate $pki/ca.crt ended at 2021-01-01T00:00:00Z"
      again
      : >$pki/ca.key
      fails "$pki/ca.key cannot be used"
      again
      start
      test "$(kubectl get configmaps --no-headers | grep -c '^m')" = 40
      end
      """#, name: "state")
  }

  private static func expect(
    _ steps: String, name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await OwnMachine.run(
      functions + steps + "\necho all steps hold\n", name: name)
    let output = String(decoding: outcome.output, as: UTF8.self)
    let isComplete = outcome.exitCode == 0 && output.hasSuffix("all steps hold\n")
    #expect(
      isComplete, "\(output.suffix(3000))\n\(outcome.complaint.suffix(3000))",
      sourceLocation: sourceLocation)
  }

  private static let functions = #"""
    export KUBECONFIG=/var/lib/martlet/admin.kubeconfig HOME=$work
    # fails WORDS [COMMAND...]: a server that COMMAND starts ends by itself, not well, and its last
    # line holds the words.
    fails() {
      local words=$1 code=0 last; shift
      timeout 20 "$@" "$martlet" server --cgroup-root $group >"$work/out" 2>"$work/complaint" ||
        code=$?
      last=$(tail -n 1 "$work/complaint")
      case "$code $last" in
        [1-9]\ martlet:*"$words"* | 78\ martlet:*"$words"*) ;;
        *) echo "not \"$words\", but code $code and: $(tail -n 5 "$work/complaint")"; exit 1 ;;
      esac
      # One sentence on one line beside the log: no trace of a crash, nothing on standard output.
      if [ -s "$work/out" ] || test "$(grep -c '^martlet: ' "$work/complaint")" != 1 ||
        grep -v -E '^martlet: |^20[^ ]* [a-z]+ ' "$work/complaint"; then
        cat "$work/out" "$work/complaint"; exit 1
      fi
    }
    nothing_runs() { if pgrep -x containerd; then echo "containerd was left running"; exit 1; fi; }
    untouched() {
      nothing_runs
      for place in /var/lib/martlet /run/martlet; do
        [ ! -e $place ] || { echo "$place is there"; exit 1; }
      done
      test -z "$(nft list tables)"
    }
    start() {
      "$martlet" server --cgroup-root $group >>"$work/log" 2>&1 & server=$!
      for try in $(seq 300); do
        kubectl get --raw /readyz >/dev/null 2>&1 && return
        kill -0 $server || break
        sleep 0.1
      done
      tail -n 20 "$work/log"; exit 1
    }
    end() { kill $server; wait $server || true; }

    """#
}
