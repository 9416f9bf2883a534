# Words of the window. Numbers come with their units from the program, already written; keep both files in step.
# `x-hint` is the longer line of a tooltip.

## Everywhere

start = 开始
not-a-device = 培训与研究工具，非医疗器械
settings = 设置
open = 打开…
open-hint = 打开病例文件
back = 返回
back-hint = 返回病例列表
resume = 继续
compare = 对比
drill = 练习
undo = 撤销
redo = 重做
close = 关闭
search = 搜索
yes = 是
no = 否
procedure-pvp = PVP
procedure-pkp = PKP
mode-guided = 引导
mode-practice = 练习
mode-exam = 考核
sex-f = 女
sex-m = 男

## Debrief: time

debrief-key-space = 空格
what-if-cancel = 取消
debrief-play = 播放
debrief-pause = 暂停
debrief-speed = 播放速度
debrief-time = 手术时间
debrief-nothing-injected = 未注入骨水泥，没有曲线
event-lateral = 侧位片
event-ap = 正位片
event-tool = 器械或球囊
event-mix = 调和骨水泥
event-push = 推注
event-pause = 暂停
event-leak = { $class } 型渗漏开始
event-stop = 注射结束
plot-pressure = 压力
plot-syringe = 注射器
plot-tip = 针尖
plot-volume = 体积
plot-injected = 已注入
plot-viscosity = 黏度
plot-leaked = 渗漏量

## Debrief: pictures

debrief-ap = 正位
debrief-lateral = 侧位
debrief-as-seen = 当时所见
debrief-truth = 此刻真相
debrief-no-picture-yet = 此时尚未拍片
debrief-picture-in-the-making = 正在成像…

## Debrief: facts and leaks

debrief-paths = 通道：分级与工具周围最小骨质
debrief-left = 左侧
debrief-right = 右侧
debrief-figures = 数据
debrief-goals = 病例要求
goal-met = 达到
goal-missed = 未达到
debrief-leaks = 渗漏
debrief-no-leak = 骨水泥未渗出骨外
debrief-why = 为什么？
debrief-why-hint = 在三维与影像上显示骨水泥的路径
debrief-report = 报告
debrief-report-hint = 将报告保存为文件
debrief-again = 再来一次
debrief-again-hint = 重做此病例
debrief-curves = 曲线
leak-onset = 始于 { $time }，已注入 { $ml } ml
leak-seen = 可见
leak-unseen = 不可见
why-vein = 注入 { $ml } ml 后，骨水泥在距针尖 { $mm } mm 处进入静脉“{ $route }”。
why-vein-size = 该处静脉半径 { $radius } mm；骨水泥沿静脉行进 { $along } mm，注入 { $ml } ml 后离开骨。
why-opening = 出口“{ $route }”距针尖 { $mm } mm；骨水泥行进 { $along } mm，注入 { $ml } ml 后离开骨。
why-open-bone = 沿途骨质疏松，渗透率为椎体中位值的 { $times } 倍。
why-tight-bone = 沿途骨质致密，渗透率为椎体中位值的 { $times } 倍。
why-usual-bone = 沿途骨质渗透率与椎体其他部位相近（{ $times } 倍）。
why-unknown = 这部分骨水泥的路径不明
figure-leaked = 渗漏总量
figure-leaked-b = B 型渗漏（椎基底静脉）
figure-leaked-s = S 型渗漏（节段静脉）
figure-leaked-c = C 型渗漏（皮质缺损）
figure-leaked-d = D 型渗漏（椎间盘）
figure-leaked-t = T 型渗漏（沿针道）
figure-first-leak = 首次渗漏时注入量
figure-injected = 注入量
figure-in-body = 椎体内
figure-fill = 椎体充填率
figure-tip-pressure = 针尖最高压力
figure-syringe-pressure = 注射器最高压力
figure-viscosity = 首次推注时黏度
figure-age = 首次推注时骨水泥时间
figure-cavity = 空腔
figure-balloon-pressure = 球囊最高压力
figure-margin = 工具周围最小骨质
figure-pictures = 拍片数
figure-dose = 剂量面积乘积
figure-time = 时间

## What if

what-if = 如果
what-if-later = 晚 { $seconds } 秒
what-if-later-tip = 同样的操作，骨水泥更稠：每次推注都推迟
what-if-deeper = 针尖再进 { $mm } mm
what-if-deeper-tip = 同样的操作，针尖沿原方向更深
what-if-product = 换骨水泥
what-if-product-tip = 同样的操作，使用旁边所选的骨水泥
what-if-procedure = 改做 { $procedure }
what-if-procedure-tip = 沿相同通道由脚本完成另一种术式
what-if-replayed = 您的操作加上此改变后重放
what-if-scripted = 由脚本执行改变后的计划
what-if-yours = 原来
what-if-changed = 改变后
what-if-difference = 差异
what-if-failed = 无法进行：{ $because }

## Compare

compare-figures = 并列比较；不同的行以颜色标出
compare-waiting = 两个模拟正在进行…
compare-failed = 没有结果：{ $because }
compare-switches = 后凸成形术的四个差异
switch-shell = 压实骨壁
switch-shell-hint = 球囊压实的空腔周围骨质更致密
switch-cavity = 空腔
switch-cavity-hint = 球囊形成的空间
switch-timing = 更稠的骨水泥
switch-timing-hint = 骨水泥更稠时才推注
switch-volume = 空腔的体积
switch-volume-hint = 骨水泥不超过空腔容积
compare-all-off = 四项全关时，后凸成形术即为椎体成形术

## Drill

drill-title = 后壁
drill-what-to-do = 看两张片子：这根针可以继续进吗？
drill-leave-tip = 返回病例列表（Esc）
drill-leave = 离开
drill-tally = { $asked } 题对 { $right } · 中位 { $seconds } 秒 · 漏判内侧突破 { $missed }
drill-waiting = 正在准备患者…
drill-failed = 没有题目：{ $because }
drill-ap = 正位
drill-lateral = 侧位
drill-axial = 真相：针尖处轴位
drill-advance = 继续进针
drill-stop = 停止：过于偏内
drill-redirect = 调整方向：将会偏内
drill-answer-tip = 按键 { $key }
drill-seconds-left = { $seconds } 秒
drill-right = 正确
drill-wrong = 错误
drill-too-late = 超时
drill-truth = 答案：{ $answer }
drill-who = { $level }，{ $side }椎弓根
drill-behind-wall = 针尖在后壁后方 { $mm } mm
drill-past-wall = 针尖已过后壁 { $mm } mm
drill-medial-bone = 距内侧壁尚有 { $mm } mm 骨质
drill-through-medial = 针已突破内侧壁 { $mm } mm
drill-canal = 椎管距针 { $mm } mm
drill-in-canal = 针已进入椎管 { $mm } mm
drill-rule-kept = 继续进针，针尖符合双平面规则
drill-rule-broken = 轴线在 { $ago } mm 前已违反双平面规则，最多 { $past } mm
drill-rule-will-break = 再进 { $ahead } mm，轴线将违反双平面规则，最多 { $past } mm
drill-next = 下一题
drill-next-tip = 下一位患者（回车或空格）

## 流程

way-case = 病例
way-plan = 规划
way-operate = 手术
way-debrief = 复盘
case-files = 病例文件
debrief-waiting = 正在重新计算整个手术以供复盘…
resume-changed = 该手术之后病例文件已被修改，无法继续
scene = 患者
scene-hint = 拖动旋转，按 Shift 拖动平移，滚轮缩放，双击复位；Alt 加 A P L R S I 从该方向观察
waiting-meshes = 正在建立患者模型…

## 手术：步骤

step-level = 确定节段
step-level-why = 在正位和侧位片上从 L5 或末肋开始计数，接触骨面之前记录节段。
step-look-ap = 标准正位片
step-look-ap-why = 两侧椎弓根对称，棘突居中，终板呈一条线。视图不标准，之后的判断都会出错。
step-look-lateral = 标准侧位片
step-look-lateral-why = 两侧椎弓根重叠，椎体后壁呈一条线。
step-entry = 针抵骨面
step-entry-why = 正位上针尖位于椎弓根影外缘：左侧十点钟，右侧两点钟。
step-wall = 越过椎体后壁
step-wall-why = 小步推进。侧位上越过后壁之前，正位上针尖不得越过椎弓根内缘。
step-target = 到达靶点
step-target-why = 侧位位于椎体前三分之一，正位靠近中线：骨水泥可充填两侧。
step-balloon = 扩张球囊
step-balloon-why = 每次半毫升，注意压力和影像。触及骨壁、达到压力上限或容量时停止。
step-mix = 调制骨水泥
step-mix-why = 从此刻开始计时。之后的一切都取决于黏度。
step-connect = 连接注射器
step-connect-why = 等到面团期不再滴落：稀的骨水泥会进入静脉。
step-inject = 首次推注
step-inject-why = 按住推注，松开停止。松开后压力仍会持续片刻。
step-fill = 充填
step-fill-why = 少量多次，每次之后拍片。接近椎体后四分之一、出现渗漏或达到容量时停止。
step-finish = 结束
step-finish-why = 等骨水泥不再粘住针，插入针芯后拔出。

## 手术：操作

do-shoot-ap = 正位片
do-shoot-ap-hint = 必要时将 C 臂转到正位并拍片
do-shoot-lateral = 侧位片
do-shoot-lateral-hint = 必要时将 C 臂转到侧位并拍片
do-pedal = 透视
do-pedal-hint = 踩住踏板：最近一次视角的连续透视
do-next-tool = 另一根针
do-next-tool-hint = 换到另一根针
do-advance = 进 1 mm
do-withdraw = 退 1 mm
do-advance-far = 进 5 mm
do-withdraw-far = 退 5 mm
do-tilt-in = 内倾
do-tilt-in-hint = 进针前向中线倾斜 1°
do-tilt-out = 外倾
do-tilt-out-hint = 进针前向外倾斜 1°
do-tilt-up = 头倾
do-tilt-up-hint = 进针前向头侧倾斜 1°
do-tilt-down = 足倾
do-tilt-down-hint = 进针前向足侧倾斜 1°
do-shift-left = 移向患者左侧
do-shift-right = 移向患者右侧
do-shift-up = 移向头侧
do-shift-down = 移向足侧
do-seat = 到靶点
do-seat-hint = 沿规划路径进针到靶点
do-turn = 转针
do-turn-hint = 将弯针旋转 15°
do-swing-lao = C 臂左前斜 5°
do-swing-rao = C 臂右前斜 5°
do-swing-cra = C 臂向头侧 5°
do-swing-cau = C 臂向足侧 5°
do-inflate = 充 ½ ml
do-inflate-hint = 向这根针上的球囊再充半毫升
do-contrast = 造影剂
do-contrast-hint = 椎体静脉造影：经这根针注入造影剂
do-mix = 调制骨水泥
do-mix-hint = 粉液混合，开始计时
do-connect = 连接此针
do-connect-hint = 把注射器接到这根针上
do-inject = 按住推注
do-inject-hint = 按住时骨水泥流出；松开则推杆停止
do-slower = 慢
do-slower-hint = 推注速度减少五分之一
do-faster = 快
do-faster-hint = 推注速度增加四分之一
do-pause = 等待
do-pause-hint = 两次推注之间松手
do-pause-leak = 渗漏停止
do-pause-leak-hint = 看到骨水泥外渗而松手
do-finish = 结束
do-finish-hint = 不再注入
do-pace-1 = 正常时间
do-pace-2 = 两倍时间
do-pace-5 = 五倍时间
do-pace-10 = 十倍时间
do-undo = 撤销
do-undo-hint = 撤销上一步
do-redo = 重做
do-redo-hint = 重做该步
do-scene = 三维患者
do-scene-hint = 在影像旁显示或隐藏患者
do-hints = 提示
do-hints-hint = 在针旁显示或隐藏双视图规则
do-invert = 骨为亮
do-invert-hint = 之后的影像骨为亮，或再变为暗
do-conclude = 进入复盘
do-conclude-hint = 回看整个手术
acted-aim = 对准
acted-release = 松手
acted-swing = 转动 C 臂
acted-picture = 拍片
told-no-path = 考试中没有规划路径。
told-no-contrast = 本病例没有准备造影剂。
told-no-bone = 那里没有骨。
told-no-way-out = 骨髓没有出路：无法继续注入。

## 手术：显示

exam-title = 考试
level-record = 记录的节段
level-unknown = 未记录
view-ap = 正位
view-lateral = 侧位
picture-none = 尚无影像
picture-take = { $key } 拍片
picture-fresh = { $age } 前
picture-stale = { $age } 前 · 之后已有移动
arm-turning = C 臂转动中，{ $seconds } s
side-left = 左
side-right = 右
tool = 针
tool-depth = 深度
tool-to-go = 距靶点
tool-breach = 穿破皮质 { $mm } mm
tool-feel = 手沿途的感觉：皮质为高峰，突然消失即为穿破
rule-ap-past = 正位：越过椎弓根内缘 { $mm } mm
rule-ap-short = 正位：距椎弓根内缘 { $mm } mm
rule-lateral-behind = 侧位：距后壁 { $mm } mm
rule-lateral-past = 侧位：越过后壁 { $mm } mm
rule-two-views = 侧位上针尖未过后壁时，正位上不得越过椎弓根内缘
cement = 骨水泥
cement-injected = 已注入
cement-rate = 流速
cement-pressure = 注射器
cement-set-rate = 推杆
cement-limit = 上限为 { $mpa } MPa
balloon = 球囊
balloon-volume = 容量
balloon-pressure = 压力
balloon-pressure-psi = 压力表
balloon-cavity = 空腔 { $ml } ml
balloon-by-volume = 达到容量
balloon-by-pressure = 达到压力上限
balloon-by-wall = 触及骨壁
balloon-by-burst = 破裂
clock = 时钟
clock-mixed = 调制后
clock-viscosity = 黏度
clock-state = 手感
clock-not-mixed = 骨水泥尚未调制
clock-curve = 本室温下的黏度；规划在调制后 { $min } min 开始
state-runny = 稀薄期
state-thread = 拉丝期
state-dough = 面团期
state-stiff = 硬化期
