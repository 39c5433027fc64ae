#!/bin/sh
# 核验本文件夹：证明其中各行确由所列电脑签名。 Checks this folder: that its lines were signed by the PCs named.
# 只用 sh、coreutils（sha256sum cut cat mktemp rm dirname）和 openssl（3.0 及以上）。 Needs nothing else.
# 用法 Usage:  sh check.sh
LC_ALL=C
export LC_ALL
set -u
cd "$(dirname "$0")" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')
bad=0
good_heads=0
shown=0
hidden=0

ok() { printf '通过 OK      %s\n' "$1"; }
fail() {
  printf '不符 FAILED  %s\n' "$1"
  bad=1
}
hash() { sha256sum | cut -c1-64; }

# 小写十六进制 / lower hex of one length:  is_hex TEXT LENGTH
is_hex() {
  [ "${#1}" -eq "$2" ] || return 1
  case $1 in *[!0-9a-f]*) return 1 ;; esac
}

# 十六进制转为字节 / hex into bytes:  bytes HEX
bytes() {
  hex=$1
  while [ -n "$hex" ]; do
    byte=${hex%"${hex#??}"}
    hex=${hex#??}
    printf "\\$(printf '%03o' "0x$byte")"
  done
}

# Ed25519 签名是否有效 / is the signature good:  verify KEY SIGNATURE  (text in $work/text)
verify() {
  is_hex "$1" 64 && is_hex "$2" 128 || return 1
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000' && bytes "$1"; } > "$work/key.der"
  bytes "$2" > "$work/sig"
  openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" \
    -in "$work/text" -sigfile "$work/sig" > /dev/null 2>&1
}

device_of() { printf 'liandong/1/device\n%s\n%s\n' "$1" "$2" | hash | cut -c1-32; }

# 规范 JSON 中的一个文本项 / one text of canonical JSON:  text_in JSON NAME
text_in() {
  case $1 in *"\"$2\":\""*) ;; *) return 0 ;; esac
  found=${1#*"\"$2\":\""}
  printf '%s' "${found%%\"*}"
}

# ---- 文件 / the files

if [ -f SHA256SUMS ] && sha256sum -c --quiet SHA256SUMS > "$work/sums" 2>&1; then
  ok "SHA256SUMS"
else
  while IFS= read -r line; do fail "SHA256SUMS: $line"; done < "$work/sums"
  bad=1
fi
sums="
$(cat SHA256SUMS 2> /dev/null)
"
for file in * attachments/*; do
  case $file in SHA256SUMS | exporter.txt | exporter.sig | attachments | 'attachments/*') continue ;; esac
  case $sums in *"  $file
"*) ;; *) fail "$file: 不在 SHA256SUMS 中 / not in SHA256SUMS" ;; esac
done

network=$(cat network.txt)
is_hex "$network" 64 || fail "network.txt"

# ---- 声明：密钥与授权 / statements: keys and grants

while IFS= read -r line; do
  body=${line%%"$tab"*}
  rest=${line#*"$tab"}
  printf 'liandong/1/statement\n%s\n' "$body" > "$work/text"
  id=$(hash < "$work/text")
  kind=$(text_in "$body" kind)
  by=$(text_in "$body" by)
  [ "$id" = "$network" ] && by=$id
  if [ "$kind" = keys ] && [ "$id" = "$network" ]; then
    printf '%s' "$body" > "$work/set-$id"
  fi
  if ! is_hex "$by" 64 || [ ! -f "$work/set-$by" ]; then
    fail "声明 statement $id: 不在信任的密钥之下 / under no trusted keys"
    continue
  fi
  set_of=$(cat "$work/set-$by")
  need=${set_of#*'"k":'}
  need=${need%%[,\}]*}
  trusted=${set_of#*'"keys":['}
  trusted=${trusted%%']'*}
  counted=
  count=0
  again=
  while :; do
    case $rest in *'["'*'","'*'"]'*) ;; *) break ;; esac
    pair=${rest#*'["'}
    key=${pair%%\"*}
    pair=${pair#*'","'}
    signature=${pair%%\"*}
    rest=${pair#*'"]'}
    again="$again${again:+,}[\"$key\",\"$signature\"]"
    case $counted in *"$key"*) continue ;; esac
    case $trusted in *"\"$key\""*) ;; *) continue ;; esac
    if verify "$key" "$signature"; then
      counted="$counted $key"
      count=$((count + 1))
    else
      fail "声明 statement $id: 签名不符 / a signature is not good"
    fi
  done
  if [ "$line" != "$body$tab[$again]" ] || [ "$count" -lt "$need" ]; then
    fail "声明 statement $id: $kind ($count/$need)"
    continue
  fi
  case $kind in
    keys) printf '%s' "$body" > "$work/set-$id" ;;
    grant)
      device=$(text_in "$body" device)
      keys=${body#*'"keys":["'}
      key=${keys%%\"*}
      age=${keys#*'","'}
      age=${age%%\"*}
      if [ "$device" != "$(device_of "$key" "$age")" ]; then
        fail "授权 grant $device"
        continue
      fi
      [ -f "$work/grant-$device" ] || text_in "$body" office > "$work/grant-$device"
      ;;
    cut)
      printf '注意 NOTE    停用声明 cut of %s: %s\n' "$(text_in "$body" device)" "$body"
      ;;
  esac
  ok "声明 statement $id: $kind ($count/$need)"
done < statements.jsonl
[ -f "$work/set-$network" ] || fail "statements.jsonl: 没有根密钥 / no root"

# ---- 日志段 / stretches of logs

for file in run-*.jsonl; do
  [ -f "$file" ] || continue
  open=0
  first=1
  device=
  while IFS= read -r line || [ -n "$line" ]; do
    if [ "$first" = 1 ]; then
      first=0
      from=${line#'{"from":'}
      from=${from%%,*}
      keys=${line#*'"keys":["'}
      key=${keys%%\"*}
      age=${keys#*'","'}
      age=${age%%\"*}
      id=$(text_in "$line" prev)
      description=${line#*'"run":'}
      description=${description%?}
      [ "$line" = "{\"from\":$from,\"keys\":[\"$key\",\"$age\"],\"prev\":\"$id\",\"run\":$description}" ] ||
        fail "$file: 首行 / first line"
      case $from in '' | *[!0-9]*) fail "$file: 起始号 / number"; from=1 ;; esac
      L=$(printf 'liandong/1/log\n%s\n' "$description" | hash)
      device=$(text_in "$description" device)
      [ "$device" = "$(device_of "$key" "$age")" ] || fail "$file: 电脑与密钥不符 / another PC's key"
      office=$(cat "$work/grant-$device" 2> /dev/null) || fail "$file: 电脑 $device 未获授权 / not granted"
      [ "$from" -ne 1 ] || [ "$id" = "$L" ] || fail "$file: 首条之前 / before the first"
      n=$((from - 1))
      continue
    fi
    case $line in
      *"$tab"*"$tab"*)
        header=${line%%"$tab"*}
        rest=${line#*"$tab"}
        salt=${rest%%"$tab"*}
        payload=${rest#*"$tab"}
        n=$((n + 1))
        open=1
        if [ "$salt" = - ]; then
          is_hex "$payload" 64 || fail "$file: 第 $n 条 / entry $n"
          c=$payload
          hidden=$((hidden + 1))
        else
          is_hex "$salt" 32 || fail "$file: 第 $n 条 / entry $n"
          c=$(printf 'liandong/1/payload\n%s\n%s\n' "$salt" "$payload" | hash)
          case $header in *"\"n\":$n,"*) ;; *) fail "$file: 第 $n 条的号码 / the number of entry $n" ;; esac
        fi
        id=$(printf 'liandong/1/entry\n%s\n%s\n%s\n%s\n' "$L" "$id" "$header" "$c" | hash)
        if [ "$salt" != - ]; then
          shown=$((shown + 1))
          printf '%s\n' "$payload" >> "$work/payloads"
          printf '\n第 %s 条 entry %s  %s\n  电脑 PC %s  单位 office %s\n  %s\n  %s\n' \
            "$n" "$n" "$id" "$device" "$office" "$header" "$payload" >> "$work/lines"
        fi
        ;;
      *)
        signature=$(text_in "$line" sig)
        printf 'liandong/1/head\n%s\n%s\n%s\n%s\n' "$network" "$L" "$n" "$id" > "$work/text"
        if [ "$open" = 1 ] && [ "$line" = "{\"L\":\"$L\",\"id\":\"$id\",\"n\":$n,\"sig\":\"$signature\"}" ] &&
          verify "$key" "$signature"; then
          open=0
          good_heads=$((good_heads + 1))
          ok "$file: 第 $from 至 $n 条，链头签名有效 / entries $from to $n are under a good head"
        else
          fail "$file: 链头 $n / head $n (或其前某行被改动 / or a line before it was altered)"
        fi
        ;;
    esac
  done < "$file"
  [ "$open" = 0 ] || fail "$file: 末尾没有有效链头 / no good head at the end"
done
[ "$good_heads" -gt 0 ] || fail "没有有效链头 / no good head"

# ---- 附件 / attachments

for file in attachments/*; do
  [ -f "$file" ] || continue
  name=${file#attachments/}
  if [ "$(hash < "$file")" != "$name" ]; then
    fail "$file"
    continue
  fi
  named=0
  while IFS= read -r payload; do
    case $payload in *"\"sha256\":\"$name\""* | *"\"sha256\":[\"$name\""*) named=1 ;; esac
  done < "$work/payloads"
  if [ "$named" = 1 ]; then ok "$file"; else fail "$file: 没有记录提到 / named by no line"; fi
done

# ---- 导出者 / the exporter

{
  IFS= read -r device
  IFS= read -r key
  IFS= read -r age
} < exporter.txt
printf 'liandong/1/evidence\n%s\n%s\n%s\n' "$network" "$device" "$(hash < SHA256SUMS)" > "$work/text"
if [ "$(printf '%s\n%s\n%s\n' "$device" "$key" "$age" | hash)" = "$(hash < exporter.txt)" ] &&
  [ "$device" = "$(device_of "$key" "$age")" ] && [ -f "$work/grant-$device" ] &&
  signature=$(cat exporter.sig) && [ "$(printf '%s\n' "$signature" | hash)" = "$(hash < exporter.sig)" ] &&
  verify "$key" "$signature"; then
  ok "由 exported by $device ($(cat "$work/grant-$device"))"
else
  fail "exporter.sig: 导出签名 / the exporter's signature"
fi

[ -f "$work/lines" ] && cat "$work/lines"
printf '\n网络 network %s\n全文 in full: %s  仅凭据 commitment only: %s  链头 heads: %s\n' \
  "$network" "$shown" "$hidden" "$good_heads"
if [ "$bad" = 0 ]; then
  if [ "$shown" = 0 ]; then
    printf '注意：没有一条列出全文，摘要和 record.json 中的值未经证明。见说明第五节。\n'
    printf 'MIND: no entry is in full, so no value in the summary or record.json is proved. See part 5.\n'
  fi
  printf '核验通过 VERIFIED\n'
  exit 0
fi
printf '核验不通过 NOT VERIFIED\n'
exit 1
