import Foundation
import Testing

/// The clock of a running cluster is set ten years ahead: of the server and the agent, which run on
/// two machines of the test's own under libfaketime. kubectl cannot be told another time, so what
/// comes after is asked with curl and openssl.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: OwnMachine.missing(also: ["faketime", "openssl"]).isEmpty,
    "needs \(OwnMachine.missing(also: ["faketime", "openssl"]).joined(separator: ", "))"))
struct ClockTests {
  /// A CA of ten years, as earlier versions made it: it ends by the leap, like everything else.
  private static let before = #"""
    mkdir -p /var/lib/martlet/pki
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
      -subj /CN=martlet-ca -addext basicConstraints=critical,CA:TRUE \
      -addext keyUsage=critical,digitalSignature,keyCertSign,cRLSign \
      -keyout /var/lib/martlet/pki/ca.key -out /var/lib/martlet/pki/ca.crt 2>/dev/null
    echo +0 >"$work/clock"
    # libfaketime moves the environment of the first program that it comes into, beside which Swift
    # looks for a program's arguments: so that is bash. What it shares is this machine's alone.
    mount -t tmpfs tmpfs /dev/shm
    printf '#!/bin/bash\nexec %s "$@"\n' "$martlet" >"$work/martlet"
    chmod +x "$work/martlet"
    martlet=$work/martlet
    export LD_PRELOAD=$(find /usr/lib -name libfaketimeMT.so.1 | head -1)
    export FAKETIME_TIMESTAMP_FILE="$work/clock" FAKETIME_CACHE_DURATION=1 NO_FAKE_STAT=1
    export FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1
    """#

  @Test("a clock set ten years ahead stops neither server, nor agent, nor the tokens of pods")
  func tenYears() async throws {
    try await OwnCluster.run(
      SecondMachine.functions + #"""
        second_machine
        agent --server https://198.51.100.7:6443 --token $("$martlet" token create)
        eventually ready
        curl_image
        for node in $first two; do
          kubectl apply -f - <<END
        apiVersion: v1
        kind: Pod
        metadata: {name: on-$node}
        spec:
          nodeName: $node
          terminationGracePeriodSeconds: 0
          containers:
            - name: a
              image: example.test/curl:1
              args:
                - sh
                - -c
                - |
                  cd /var/run/secrets/kubernetes.io/serviceaccount
                  while :; do
                    curl -sk --max-time 5 -o /dev/null -w '%{http_code}.\n' \
                      -H "Authorization: Bearer \$(busybox cat token)" https://10.43.0.1/api
                    busybox sleep 1
                  done
        END
        done
        kubectl wait --for=condition=Ready pod/on-$first pod/on-two --timeout=60s
        for node in $first two; do eventually holds 200. kubectl logs --tail=1 on-$node; done
        cp $KUBECONFIG "$work/old-kubeconfig"

        echo +3660d >"$work/clock"
        part() { sed -n "s/^ *$1-data: \"*\([^\"]*\)\"*$/\1/p" $KUBECONFIG | base64 -d; }
        ask() { # PATH
          part certificate-authority >"$work/ca.pem"; part client-certificate >"$work/crt.pem"
          part client-key >"$work/key.pem"
          curl -sS --fail --max-time 5 --cacert "$work/ca.pem" --cert "$work/crt.pem" \
            --key "$work/key.pem" "https://127.0.0.1:6443$1"
        }
        eventually holds ok ask /readyz
        refuses cmp $KUBECONFIG "$work/old-kubeconfig"
        # Every certificate that somebody listens with is good, and for months to come.
        listens() { # ADDRESS:PORT
          openssl s_client -connect $1 -CAfile "$work/ca.pem" -cert "$work/crt.pem" \
            -key "$work/key.pem" -verify_return_error </dev/null 2>/dev/null |
            openssl x509 -noout -checkend 7000000
        }
        for place in 127.0.0.1:6443 198.51.100.7:10250 198.51.100.8:10250; do
          eventually listens $place
        done
        eventually on_second sh -c "sed -n 's/^ *client-certificate-data: \"*\([^\"]*\)\"*$/\1/p' \
          /var/lib/martlet/pki/node.kubeconfig | base64 -d | openssl x509 -noout -checkend 7000000"
        for file in /var/lib/martlet/pki/*.crt; do
          openssl x509 -noout -checkend 7000000 -in $file || { echo "$file ends"; exit 1; }
        done
        # The server reaches both agents, and both reach the server.
        for node in $first two; do
          eventually holds ok ask /api/v1/nodes/$node/proxy/healthz
          eventually holds 200. ask "/api/v1/namespaces/default/pods/on-$node/log?tailLines=1"
          lives() {
            ask /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/$node |
              grep -q "\"renewTime\":\"$(date -d '-60 days' +%Y)\|\"renewTime\":\"$(date +%Y)"
          }
          eventually lives
          isReady() {
            ask /api/v1/nodes/$node | python3 -c 'import json, sys
        print([c["status"] for c in json.load(sys.stdin)["status"]["conditions"] if c["type"] == "Ready"])'
          }
          eventually holds True isReady
        done
        # Pods and other servers trust the new certificate of the CA.
        follows() { # PATH KEY
          ask $1 | python3 -c "import json, sys
        sys.exit(json.load(sys.stdin)['data']['$2'] != open('$work/ca.pem').read())"
        }
        eventually follows /api/v1/namespaces/default/configmaps/kube-root-ca.crt ca.crt
        eventually follows \
          /api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication client-ca-file
        curl -sk --max-time 5 https://127.0.0.1:6443/cacerts | cmp - "$work/ca.pem"
        """#, name: "clock", before: Self.before)
  }
}
