import Foundation
import Testing

/// What these tests need beside a machine of their own.
private let needs = ["openssl"]

/// What the network may bring to the port of a running server.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: OwnMachine.missing(also: needs).isEmpty,
    "needs \(OwnMachine.missing(also: needs).joined(separator: ", "))"))
struct NetworkFaultTests {
  @Test("clients that stop half-way cost little and lose their connection; others are answered")
  func halfOpen() async throws {
    try await OwnCluster.run(
      #"""
      set +x
      server=$(jobs -p %1)
      memory() { awk '/^VmRSS/ {print $2}' /proc/$server/status; }
      connections() { ss -tnH state established "( sport = :6443 )" | wc -l; }
      # Says something over TLS, and then nothing more.
      say() {
        openssl s_client -quiet -connect 127.0.0.1:6443 "${@:2}" \
          < <(printf "$1"; exec sleep 40) >/dev/null 2>&1 &
        clients+=" $!"
      }
      ended() { for client in $clients; do ! kill -0 $client 2>/dev/null || return 1; done; }
      kubectl get nodes >/dev/null; before=$(memory); idle=$(connections)

      clients= silent=
      for n in $(seq 100); do exec {open}<>/dev/tcp/127.0.0.1/6443; silent+=" $open"; done
      for n in $(seq 100); do say 'GET /api/v1/pods HTTP/1.1\r\nHost: x\r\nX-Slow: '; done
      # A preface and settings of HTTP/2, and half of a frame.
      for n in $(seq 10); do
        say 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\x40\1\4\0\0\0\1' -alpn h2
      done
      begun=$SECONDS
      most() { test "$(connections)" -ge $((idle + 200)); }
      eventually most
      for n in $(seq 10); do timeout 5 kubectl get nodes >/dev/null; done
      echo "memory: $before KB, with 210 half-open connections $(memory) KB"
      test $(($(memory) - before)) -lt 65536

      # TLS handshakes have 10 s, heads 15.
      for open in $silent; do
        code=0; read -r -t 30 -u $open || code=$?
        test $code = 1  # the end, not the 30 s
        exec {open}>&-
      done
      test $((SECONDS - begun)) -le 13
      few() { test "$(connections)" -le $((idle + 10)); }
      eventually few
      test $((SECONDS - begun)) -le 20
      timeout 5 kubectl get nodes >/dev/null
      kill $clients 2>/dev/null || true
      """#, name: "halfopen")
  }

  @Test("requests that are too large, or shown with a wrong certificate, get a Status that says so")
  func refused() async throws {
    try await OwnCluster.run(
      #"""
      set +x
      pki=/var/lib/martlet/pki
      # asks CODE REASON CURL-ARGUMENTS...: the answer is a Status of that code and reason.
      asks() {
        local code=$1 reason=$2 got; shift 2
        for version in ${versions:---http1.1 --http2}; do
          got=$(curl --silent --show-error --max-time 10 $version --cacert $pki/ca.crt \
            --write-out '\n%{http_code}' "$@" 2>&1) || true
          case $got in
            *'"kind":"Status"'*"\"reason\":\"$reason\""*"\"code\":$code"*$'\n'$code) ;;
            *) echo "$version $*: not $code $reason but: ${got:0:600}" | head -c 1500; exit 1 ;;
          esac
        done
      }
      admin="--cert $pki/admin.crt --key $pki/admin.key"
      pods=https://127.0.0.1:6443/api/v1/namespaces/default/pods

      for kind in foreign late early server; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$kind.key" \
          -subj /O=system:masters/CN=admin -out "$work/$kind.csr" 2>/dev/null
      done
      printf '%s\n' '[ca]' 'default_ca=own' '[own]' "database=$work/index" "new_certs_dir=$work" \
        'rand_serial=yes' 'default_md=sha256' 'policy=any' '[any]' 'organizationName=supplied' \
        'commonName=supplied' '[client]' 'extendedKeyUsage=clientAuth' '[server]' \
        'extendedKeyUsage=serverAuth' >"$work/ca.conf"
      sign() { # NAME START END USE CA
        : >"$work/index"
        openssl ca -batch -notext -config "$work/ca.conf" -extensions $4 -cert $5.crt \
          -keyfile $5.key -in "$work/$1.csr" -startdate $2 -enddate $3 -out "$work/$1.crt" \
          2>"$work/openssl"
      }
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=martlet-ca \
        -keyout "$work/other.key" -out "$work/other.crt" 2>/dev/null
      sign foreign 20250101000000Z 20990101000000Z client "$work/other"
      sign late 20240101000000Z 20250101000000Z client $pki/ca
      sign early 20980101000000Z 20990101000000Z client $pki/ca
      sign server 20250101000000Z 20990101000000Z server $pki/ca
      for kind in foreign late early server; do
        asks 401 Unauthorized --cert "$work/$kind.crt" --key "$work/$kind.key" $pods
      done
      asks 401 Unauthorized --header 'Authorization: Bearer no.such.token' $pods

      letters() { head -c $1 /dev/zero | tr '\0' x; }
      { printf 'X-Long: '; letters 100000; } >"$work/long"
      # curl itself sends no such head over HTTP/2; other tests do.
      versions=--http1.1
      asks 431 BadRequest $admin --header @"$work/long" $pods
      for n in $(seq 1000); do echo "X-Field-$n: $(letters 80)"; done >"$work/many"
      asks 431 BadRequest $admin --header @"$work/many" $pods
      versions=
      { printf '{"a":"'; letters 3200000; printf '"}'; } >"$work/large"
      asks 413 RequestEntityTooLarge $admin --header 'Content-Type: application/json' \
        --data-binary @"$work/large" $pods
      asks 400 BadRequest $admin --header 'Content-Type: application/json' --data '{"a":' $pods
      asks 404 NotFound $admin $pods/none
      refuses curl --silent --max-time 5 http://127.0.0.1:6443/
      """#, name: "refused")
  }
}
