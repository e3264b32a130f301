#!/usr/bin/env bash
# Runs a real kubectl against localstack/kubernetes and compares what it prints with golden/kubectl.
#   KUBECTL=/path/to/kubectl   the program to use; default: the one scripts/kubectl.mjs fetches
#   UPDATE=1                   write the golden files instead of comparing
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
golden=$here/golden/kubectl
inputs=$here/kubectl
KUBECTL=${KUBECTL:-$(node "$root/scripts/kubectl.mjs")} || exit 1
work=$(mktemp -d)
export KUBECONFIG=$work/config HOME=$work

# npm's own Node where there is one: the server is TypeScript and needs a recent version.
PATH=$root/node_modules/.bin:$PATH node "$root/localstack/kubernetes/main.ts" --port 0 --kubeconfig "$KUBECONFIG" >"$work/server" 2>&1 &
server=$!
# A second cluster, in which Deployments become pods.
PATH=$root/node_modules/.bin:$PATH node "$root/localstack/kubernetes/main.ts" --port 0 --controllers --kubeconfig "$work/cluster" >"$work/controllers" 2>&1 &
controllers=$!
trap 'kill "$server" "$controllers" 2>/dev/null; rm -rf "$work"' EXIT

# Waits until a command succeeds, or for a minute.
soon() {
  for _ in $(seq 600); do
    eval "$1" && break
    sleep 0.1
  done
}
soon 'grep -q kubectl "$work/server" && grep -q kubectl "$work/controllers"'

# What differs from run to run, in the width of a column, or between the kubectl of 1.29 and a later one; and what a
# rollout says of itself only where kubectl was the quicker one.
mask() {
  sed -E \
    -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/<uid>/g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/<time>/g' \
    -e 's/[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+-][0-9]{4}/<time>/g' \
    -e 's/\b([0-9]+[smhdy])+\b/<age>/g' \
    -e 's/(resourceVersion: )"[0-9]+"/\1<version>/' \
    -e 's/(deleted) from [a-z-]+ namespace/\1/' \
    -e '/^Internal Traffic Policy:/d' \
    -e '/^Waiting for deployment /d' \
    -e 's/"kubectl-[0-9.]+"/"kubectl"/' \
    -e "s#$inputs/##g" \
    -e 's/([^ ]) {2,}/\1  /g' \
    -e 's/ +$//'
}

k() {
  echo "\$ kubectl $*" | sed "s#$inputs/##g"
  "$KUBECTL" "$@" 2>&1
  local code=$?
  [ $code -eq 0 ] || echo "exit $code"
}

failed=0
# Runs a function of this file and compares its transcript with the golden file of the same name.
check() {
  local name=$1
  "$name" 2>&1 | mask >"$work/$name.txt"
  if [ "${UPDATE:-}" = 1 ]; then
    mkdir -p "$golden"
    cp "$work/$name.txt" "$golden/$name.txt"
  elif diff -u "$golden/$name.txt" "$work/$name.txt"; then
    echo "ok    $name"
  else
    echo "FAIL  $name"
    failed=1
  fi
}

look() {
  k get nodes
  k get nodes -o wide
  k get namespaces
  k get servicecidrs
  k get services
  k api-resources -o name
}

apply() {
  k apply -f "$inputs/web.yaml"
  k apply -f "$inputs/web.yaml"
  k get service web
  k get service web -o wide
  k get service web -o yaml
  k apply -f "$inputs/web-local.yaml"
  k get service web -o wide
  k get service web -o 'jsonpath={.spec.healthCheckNodePort}{" "}{.spec.ports[*].name}{"\n"}'
  k diff -f "$inputs/web-local.yaml"
}

create() {
  k create -f "$inputs/dns.yaml"
  k create -f "$inputs/dns.yaml"
  k create -f "$inputs/lease.yaml"
  uid=$("$KUBECTL" get service web -o 'jsonpath={.metadata.uid}')
  sed "s/UID/$uid/" "$inputs/event.yaml" | k create -f -
  k create namespace shop
  k create service nodeport old --tcp=80:8080 --node-port=31080 -n shop
  k create service externalname out --external-name=example.com -n shop
  k create configmap settings --from-literal=a=b -n shop
  k create service clusterip lost --tcp=80 -n nowhere
}

list() {
  k get services -A
  k get services -A -l tier
  k get services -A -l 'tier in (back)' -o name
  k get services -A --field-selector spec.type=LoadBalancer
  k get services -A --chunk-size=2
  k get services -n shop -o wide --show-labels
  k get leases -A
  k get events
  k get events -o wide
  k get events.events.k8s.io
  k get configmaps -n shop
  k get endpointslices,pods
  k get services web gone
}

describe() {
  k describe service web
  k describe service dns -n kube-system
  k describe node node-1
}

patch() {
  k patch service web --type merge -p '{"metadata":{"labels":{"tier":"back","app":null}}}'
  k patch service web --type strategic -p '{"spec":{"ports":[{"port":9000,"name":"metrics"},{"port":443,"$patch":"delete"}]}}'
  k get service web -o 'jsonpath={.spec.ports}{"\n"}'
  k patch service web --type json -p '[{"op":"replace","path":"/spec/ports/0/port","value":9001},{"op":"add","path":"/metadata/annotations/note","value":"x"}]'
  k patch service web --type json -p '[{"op":"test","path":"/spec/type","value":"NodePort"}]'
  k patch service web --subresource status --type merge -p '{"status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.7","ipMode":"VIP"}]}}}'
  k get service web
  k patch service web -p '{"metadata":{"resourceVersion":"1"}}'
  k patch service web -p '{"spec":{"clusterIP":"10.96.9.9"}}'
  k label service web team=net
  k label service web team=web
  k annotate service web note-
  k cordon node-2
  k get node node-2
  k taint nodes node-2 dedicated=lb:NoSchedule
  k uncordon node-2
}

server_side() {
  k apply --server-side -f "$inputs/dns.yaml"
  k apply --server-side --field-manager other -f "$inputs/dns-other.yaml"
  k apply --server-side --field-manager other --force-conflicts -f "$inputs/dns-other.yaml"
  k get service dns -n kube-system -o 'jsonpath={.metadata.labels} {.spec.ports[*].port} {.spec.ports[*].protocol}{"\n"}'
  k apply --server-side --field-manager other -f "$inputs/dns.yaml" --force-conflicts
  k get service dns -n kube-system -o 'jsonpath={.metadata.labels} {.spec.sessionAffinity}{"\n"}'
  k get service dns -n kube-system -o yaml --show-managed-fields
}

# Who owns what, over the life of one Deployment that several programs write.
owners() {
  local of="jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {.subresource} {.fieldsV1}{\"\\n\"}{end}"
  k apply --server-side -f "$inputs/owned.yaml"
  k get deployment owned -o "$of"
  k apply --server-side -f "$inputs/owned.yaml" --dry-run=server
  k scale deployment owned --replicas=5
  k set image deployment/owned app=nginx:1.28
  k label deployment owned tier=back team=web --overwrite
  k apply --server-side -f "$inputs/owned.yaml"
  k apply --server-side -f "$inputs/owned.yaml" --force-conflicts
  k get deployment owned -o 'jsonpath={.metadata.labels} {.spec.replicas}{"\n"}'
  k get deployment owned -o "$of"
  sed '/replicas/d; /env/,/value/d' "$inputs/owned.yaml" >"$work/less.yaml"
  k apply --server-side -f "$work/less.yaml" | sed "s#$work/##"
  k get deployment owned -o 'jsonpath={.spec.replicas} {.spec.template.spec.containers}{"\n"}'
  k apply -f "$inputs/taken.yaml"
  k apply --server-side -f "$inputs/taken.yaml"
  k get configmap taken -o "$of"
  k apply --server-side --field-manager me -f "$inputs/taken.yaml"
  sed 's/one/other/' "$inputs/taken.yaml" | k apply --server-side --field-manager me -f -
  k patch configmap taken --type merge -p '{"metadata":{"managedFields":[{}]}}'
  k get configmap taken -o yaml --show-managed-fields
  sed 's/^data/date/' "$inputs/taken.yaml" | k apply --server-side -f -
  k delete deployment/owned configmap/taken
}

edit() {
  KUBE_EDITOR='sed -i s/9001/9002/' k edit service web
  k get service web
  KUBE_EDITOR='sed -i s/ClientIP/ClientIP/' k edit service web
  KUBE_EDITOR='sed -i s/9002/99999/' k edit service web | grep -v '/tmp'
}

refuse() {
  k create -f "$inputs/bad.yaml"
  k apply -f "$inputs/bad.yaml" --validate=false
  k get things
  k delete service gone
}

follow() {
  "$KUBECTL" get services -w >"$work/followed" 2>&1 &
  local watch=$!
  soon 'grep -q "^web " "$work/followed"'
  k patch service web -p '{"spec":{"sessionAffinity":"ClientIP"}}'
  k create service clusterip late --tcp=80
  k delete service late
  soon '[ "$(grep -c "^late " "$work/followed")" -ge 2 ]'
  kill "$watch"
  wait "$watch" 2>/dev/null
  cat "$work/followed"
  k wait service/web --for 'jsonpath={.status.loadBalancer.ingress[0].ip}=203.0.113.7' --timeout 60s
}

remove() {
  k patch service web -p '{"metadata":{"finalizers":["service.kubernetes.io/load-balancer-cleanup"]}}'
  "$KUBECTL" delete service web --wait --timeout 60s >"$work/deleted" 2>&1 &
  local waiting=$!
  soon '[ -n "$("$KUBECTL" get service web -o "jsonpath={.metadata.deletionTimestamp}")" ]'
  k get service web -o 'jsonpath={.metadata.deletionTimestamp} {.metadata.finalizers}{"\n"}'
  k patch service web --subresource status --type merge -p '{"metadata":{"finalizers":null}}'
  wait "$waiting"
  cat "$work/deleted"
  k get service web
  k delete namespace shop
  k get services -n shop
  k delete services --all -n kube-system
}

scale() {
  for number in $(seq 60); do
    printf -- '---\n{apiVersion: v1, kind: Service, metadata: {name: s%d, labels: {scale: "1"}}, spec: {type: LoadBalancer, ports: [{port: 80}]}}\n' "$number"
  done >"$work/many.yaml"
  "$KUBECTL" apply -f "$work/many.yaml" | wc -l
  for field in '.spec.ports[0].nodePort' '.spec.clusterIP'; do
    "$KUBECTL" get services -l scale --chunk-size 25 -o "jsonpath={range .items[*]}{$field}{'\n'}{end}" | sort -u | wc -l
  done
  "$KUBECTL" delete services -l scale --wait=false | wc -l
}

# From here on: the cluster with controllers. Names made by it differ from run to run.
names() {
  sed -E -e 's/(my-nginx|by-hand)-[0-9a-f]{10}-[0-9a-f]{5}/\1-<hash>-<id>/g' -e 's/(my-nginx|by-hand)-[0-9a-f]{5,10}\b/\1-<hash>/g' -e 's/10\.244\.[0-9]+\.[0-9]+/<ip>/g'
}

workloads() {
  export KUBECONFIG=$work/cluster
  {
    k apply -f "$inputs/app.yaml"
    k rollout status deployment/my-nginx --timeout=60s
    k get deployments,replicasets -o wide
    k get pods -l run=my-nginx -o wide | sed -E 's/node-[0-9]/<node>/'
    k expose deployment/my-nginx
    k get svc my-nginx
    k describe svc my-nginx
    k get ep
    k get endpointslices
    k apply -f "$inputs/app.yaml"
    k scale deployment my-nginx --replicas=0
    k wait --for=delete pod -l run=my-nginx --timeout=60s >/dev/null
    k get ep my-nginx
    k scale deployment my-nginx --replicas=3 --current-replicas=2
    k scale deployment my-nginx --replicas=3
    k rollout status deployment/my-nginx --timeout=60s
    k set image deployment/my-nginx my-nginx=nginx:1.28
    k rollout status deployment/my-nginx --timeout=60s
    k rollout history deployment/my-nginx
    k rollout undo deployment/my-nginx
    k rollout status deployment/my-nginx --timeout=60s
    k get deployments -o wide
    k get deployment my-nginx -o 'jsonpath={.spec.template.spec}{"\n"}{.spec.strategy}{"\n"}{.status.conditions[*].reason}{"\n"}'
    k create deployment other --image=nginx --replicas=2 --port=80
    k patch deployment other -p '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'
  } | names
}

nodes() {
  export KUBECONFIG=$work/cluster
  {
    k cordon node-1
    k get nodes
    k drain node-1 --force | sort
    k rollout status deployment/my-nginx --timeout=60s
    k get pods --field-selector spec.nodeName=node-1
    k drain node-1 --force --dry-run=server | sort
    k uncordon node-1
    k taint nodes node-2 node-3 dedicated=lb:NoSchedule
    k scale deployment my-nginx --replicas=5
    k rollout status deployment/my-nginx --timeout=60s
    "$KUBECTL" get pods -l run=my-nginx -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}' | grep -c node-1
    k delete deployment other --cascade=foreground
    k delete deployment my-nginx --cascade=orphan
    "$KUBECTL" get pods -l run=my-nginx -o name | wc -l
    k get deployments
  } | names | sed -E 's/other-[0-9a-f]{10}-[0-9a-f]{5}/other-<hash>-<id>/g' | sed -E 's#^(pod/other|pod/my-nginx|evicting pod default/other|evicting pod default/my-nginx).*#\1 ...#'
}

settings() {
  export KUBECONFIG=$work/cluster
  openssl req -x509 -nodes -days 30 -newkey rsa:2048 -keyout "$work/tls.key" -out "$work/tls.crt" -subj /CN=my-nginx/O=my-nginx 2>/dev/null
  k create secret tls nginxsecret --key "$work/tls.key" --cert "$work/tls.crt" | sed "s#$work/##g"
  k create secret generic plain --from-literal=user=me
  k get secrets
  k get secret plain -o 'jsonpath={.data}{"\n"}'
  k describe secret plain
  k patch secret plain -p '{"stringData":{"word":"x"},"immutable":true}'
  k get secret plain -o 'jsonpath={.data}{"\n"}'
  k patch secret plain -p '{"stringData":{"word":"y"}}'
  k create configmap nginxconfigmap "--from-file=$inputs/default.conf"
  k get configmaps
  k describe configmap nginxconfigmap
}

# What a first walk through a cluster takes that is not above.
walk() {
  export KUBECONFIG=$work/cluster
  {
    k auth can-i create pods
    k apply -f "$inputs/owned.yaml"
    k rollout status deployment/owned --timeout=60s
    k describe deployment owned
    pod=$("$KUBECTL" get pods -l app=owned -o name | head -1)
    k describe "$pod" | sed -E 's/node-[0-9]/<node>/; s/192\.0\.2\.[0-9]+/<ip>/'
    k expose deployment/owned --type=NodePort --name=owned --port=80
    KUBE_EDITOR='sed -i s/NodePort$/LoadBalancer/' k edit svc owned
    k get svc owned
    k delete "$pod" --force --grace-period=0
    k patch "$("$KUBECTL" get pods -l app=owned -o name | head -1)" -p '{"spec":{"hostname":"x"}}'
    k rollout restart deployment/owned
    k rollout status deployment/owned --timeout=60s
    k run curl --image=curl --restart=Never --command -- sleep 5
    k wait pod/curl --for=condition=Ready --timeout=60s
    k delete pod curl --now
    k apply -f "$inputs/endpoints.yaml"
    k apply -f "$inputs/endpoints.yaml"
    k delete deployments,svc owned
  } | names | sed -E -e 's/owned-[0-9a-f]{10}-[0-9a-f]{5}/owned-<hash>-<id>/g' -e 's/owned-[0-9a-f]{10}\b/owned-<hash>/g'
}

for name in look apply create list describe patch server_side owners edit refuse follow remove scale workloads nodes settings walk; do check "$name"; done
exit $failed
