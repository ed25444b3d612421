/// A further machine beside that of an `OwnCluster`, at the other end of its uplink: namespaces of
/// its own for mounts and the network, with containerd and a control group of its own.
enum SecondMachine {
  /// Functions for steps, and `$first`, the first machine's node. `second_machine [ADDRESS/BITS]` makes it, by default on the link of the
  /// first; `on_second COMMAND...` runs a command there; `agent ARGUMENTS...` runs a node agent there
  /// in the background, whose log is `$work/agent.log`; `agent_says WORDS ARGUMENTS...` runs one that
  /// must end with some words.
  ///
  /// `curl_image` makes `example.test/curl:1`, the busybox image with curl, for both machines.
  static let functions = #"""
    second= agent_process= group_two=$group-two
    first=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')
    second_machine() {
      unshare --mount --net --propagation private bash -c '
        for directory in /run /var/lib; do mount -t tmpfs tmpfs $directory; done
        ip link set lo up
        touch "$0/second"; exec sleep 1000' "$work" &
      second=$!
      eventually test -e "$work/second"
      ip link set far netns $second
      on_second ip address add ${1:-198.51.100.8/24} dev far
      on_second ip link set far up
      on_second ip route add default dev far
    }
    on_second() { nsenter --target $second --mount --net -- "$@"; }
    agent() {
      # Not through the function: a shell would stand between it and its signals.
      nsenter --target $second --mount --net -- \
        "$martlet" agent --cgroup-root $group_two --node-name two "$@" </dev/null >>"$work/agent.log" 2>&1 &
      agent_process=$!
    }
    agent_says() {
      local words=$1; shift
      if on_second timeout 60 "$martlet" agent --cgroup-root $group_two --node-name two "$@" \
        </dev/null >"$work/said" 2>&1; then echo "should have failed: $*"; exit 1; fi
      grep -q -- "$words" "$work/said" ||
        { echo "\"$words\" is not in what the agent said: $(cat "$work/said")"; exit 1; }
    }
    end_agent() { kill ${1:--TERM} $agent_process; wait $agent_process || true; }
    ready() { kubectl wait --for=condition=Ready node/two --timeout=30s; }
    curl_image() {
      local curl=$(command -v curl) files=() library
      # Where the loader looks for them; some are links.
      for library in $curl $(ldd $curl | awk '/=> \// { print $3 } $1 ~ /^\// { print $1 }'); do
        files+=(--file "$(readlink -f $library):$library:755")
      done
      "$martlet" image build --reference example.test/curl:1 "${files[@]}" \
        --file "$(command -v busybox)":/bin/busybox --link /bin/sh=busybox \
        --output "$work/curl.tar" >/dev/null
      "$martlet" image import example.test/curl:1 "$work/curl.tar" >/dev/null
      on_second "$martlet" image import example.test/curl:1 "$work/curl.tar" >/dev/null
    }

    """#
}
